using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.EchoService;

/// <summary>Other services of this kind, as this one reaches them.</summary>
internal static class Peers
{
    private static readonly Lazy<NameServiceClient> s_names = new(() => new NameServiceClient(Granted(ServiceStart.Names)));
    private static readonly Dictionary<string, Channel> s_granted = [];

    /// <summary>How many calls a service has had, found by its name.</summary>
    public static ulong Ask(string name)
    {
        using Channel found = s_names.Value.Find(name);
        return Count(found);
    }

    /// <summary>The same through the channel that this process was started with.</summary>
    public static ulong AskGranted(string name)
    {
        lock (s_granted)
        {
            if (!s_granted.TryGetValue(name, out Channel? channel))
                s_granted[name] = channel = Granted(ServiceStart.GrantPrefix + name);
            return Count(channel);
        }
    }

    private static Channel Granted(string handle) =>
        StartHandles.Find(handle) is not 0 and var found ? new Channel(found) : throw new InvalidOperationException($"there is no start handle '{handle}'");

    private static ulong Count(Channel channel)
    {
        Message question = default;
        question.Label = 4;
        MessageException.ThrowUnlessOk(channel.Call(ref question));
        return question[0];
    }
}

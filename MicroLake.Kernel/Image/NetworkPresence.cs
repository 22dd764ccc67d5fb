using MicroLake.Drivers.Network;
using MicroLake.Hosting;

namespace MicroLake.Kernel;

/// <summary>Cards answer who looks for the machine, at the address of the kernel option <c>ip</c>.</summary>
internal static class NetworkPresence
{
    /// <summary>The first address that QEMU's own network gives.</summary>
    private const string DefaultAddress = "10.0.2.15";

    private const int AddressBytes = 4;

    public static void AnswerOn(VirtioNetwork card)
    {
        string text = BootData.Option("ip") ?? DefaultAddress;
        byte[] address = new byte[AddressBytes];
        if (!TryParse(text, address))
        {
            KernelStartup.Machine.Log($"{card.Device.Name}: ip={text} is no address of the form 10.0.2.15; the card answers nobody");
            return;
        }

        var host = new EchoHost(card.Address.ToArray(), address);
        byte[] answer = new byte[VirtioNetwork.LongestFrame];
        card.Receive(frame =>
        {
            int length = host.Answer(frame, answer);
            if (length != 0)
                card.Send(answer.AsSpan(0, length));
        });
    }

    private static bool TryParse(string text, Span<byte> address)
    {
        string[] parts = text.Split('.');
        if (parts.Length != address.Length)
            return false;
        for (int i = 0; i < parts.Length; i++)
            if (!byte.TryParse(parts[i], System.Globalization.NumberStyles.None, null, out address[i]))
                return false;
        return true;
    }
}

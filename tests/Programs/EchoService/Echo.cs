using System.Text;
using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.EchoService;

/// <summary>
/// Answers by label: 1 gives the words back, each plus 1; 2 ends in mid-call; 3 never answers; 4 counts the calls; 5 breaks; 6 and 7 ask the service
/// whose name is in the first word for its count, found by name and through a granted channel; 8 takes as many milliseconds as the first word says.
/// </summary>
/// <param name="first">Where its count begins.</param>
internal sealed class Echo(ulong first) : IDispatcher
{
    private ulong _calls = first;

    public void Dispatch(ref Message message, Span<byte> payload)
    {
        ulong calls = Interlocked.Increment(ref _calls);
        switch (message.Label)
        {
            case 1:
                for (int i = 0; i < Message.WordCount; i++)
                    message[i]++;
                break;
            case 2:
                Environment.Exit(5);
                break;
            case 3:
                Thread.Sleep(Timeout.Infinite);
                break;
            case 4:
                message[0] = calls;
                break;
            case 5:
                throw new InvalidOperationException("asked to break");
            case 6:
                Ask(ref message, Peers.Ask);
                break;
            case 7:
                Ask(ref message, Peers.AskGranted);
                break;
            case 8:
                Thread.Sleep((int)message[0]);
                break;
            default:
                message.Label = ulong.MaxValue;
                break;
        }
    }

    /// <summary>The count goes into the first word; the label becomes 100 and the reply code, or 200 and the status, of what went wrong.</summary>
    private static void Ask(ref Message message, Func<string, ulong> ask)
    {
        try
        {
            message[0] = ask(Encoding.ASCII.GetString(message.Bytes[..8]).TrimEnd('\0'));
        }
        catch (ContractException refusal)
        {
            message.Label = 100 + (ulong)refusal.Code;
        }
        catch (MessageException error)
        {
            message.Label = 200 + (ulong)error.Status;
        }
    }
}

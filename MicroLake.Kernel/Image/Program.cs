using System.Runtime.InteropServices;
using System.Text;

internal static unsafe partial class Program
{
    [DllImport("*", EntryPoint = "mk_log_write")]
    private static extern void LogWrite(byte* bytes, int length);

    private static void Say(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text + "\n");
        fixed (byte* p = bytes)
            LogWrite(p, bytes.Length);
    }

    private static void Main()
    {
        Say("Hello from stock .NET on bare metal");
        for (int i = 0; i < 20; i++) { var l = new List<object>(); for (int j = 0; j < 100000; j++) l.Add(new object()); }
        Say("collections: " + GC.CollectionCount(0));
        try { throw new InvalidOperationException("x"); } catch (Exception e) { Say(e.ToString()); }
        try { string s = null!; Say(s.Length.ToString()); } catch (NullReferenceException e) { Say(e.ToString()); }
        var t = new Thread(() => Say("thread")); t.Start(); t.Join();
        Task.Delay(10).Wait();
        Say("delay done " + Math.Sin(1) + " " + DateTime.UtcNow);
    }
}

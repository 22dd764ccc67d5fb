using System;
using Sys = Cosmos.System;

namespace HelloKernel
{
    public class Kernel : Sys.Kernel
    {
        protected override void BeforeRun()
        {
            Console.ForegroundColor = ConsoleColor.Cyan;
            Console.WriteLine("Hello from a Cosmos kernel. Type a line and get it back; help lists the commands.");
            Console.ResetColor();
        }

        protected override void Run()
        {
            Console.Write("> ");
            string input = Console.ReadLine();
            mDebugger.Send("input: " + input);
            switch (input)
            {
                case null:
                case "shutdown":
                    Stop();
                    break;
                case "reboot":
                    Sys.Power.Reboot();
                    break;
                case "beep":
                    Sys.PCSpeaker.Beep();
                    break;
                case "about":
                    Console.WriteLine(Cosmos.Core.CPU.GetCPUBrandString() + ", " + Cosmos.Core.CPU.GetAmountOfRAM() + " MiB");
                    break;
                case "key":
                    Console.WriteLine("You pressed " + Console.ReadKey(true).Key);
                    break;
                case "help":
                    Console.WriteLine("about  beep  key  reboot  shutdown; anything else comes back");
                    break;
                default:
                    Console.WriteLine("Text typed: " + input);
                    break;
            }
        }

        protected override void AfterRun()
        {
            Console.WriteLine("Good bye.");
        }
    }
}

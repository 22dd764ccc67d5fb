Console.WriteLine("Hello from a process.");

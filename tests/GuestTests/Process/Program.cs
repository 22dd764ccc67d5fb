using MicroLake.GuestTests;

// The suites in a process of their own: records on standard output; the shell that started the process ends the run.
Where.InGuest = true;
var channel = new ProcessChannel(new FramedChannel(Console.Out));
return new SuiteRunner(channel).Run(TestList.All).Any(r => r.Outcome == TestOutcome.Failed) ? 1 : 0;

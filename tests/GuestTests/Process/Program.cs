using MicroLake.GuestTests;

// The suites in a process of their own, or with the argument filter=TEXT a part of them: records on standard output; the shell that started the
// process ends the run.
Where.InGuest = true;
var channel = new ProcessChannel(new FramedChannel(Console.Out));
string filter = args is [var option] ? option["filter=".Length..] : "";
return new SuiteRunner(channel).Run(GuestTest.Matching(TestList.All, filter)).Any(r => r.Outcome == TestOutcome.Failed) ? 1 : 0;

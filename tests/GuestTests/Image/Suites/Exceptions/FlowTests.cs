using System.Runtime.CompilerServices;

namespace MicroLake.GuestTests.Suites;

[Area("Exceptions: finally, using, lock, filters, rethrow")]
public static class FlowTests
{
    private sealed class Resource(List<string> log, string name) : IDisposable
    {
        public void Dispose() => log.Add($"dispose {name}");
    }

    [GuestTest]
    public static void Finally_runs_when_an_exception_passes()
    {
        var log = new List<string>();
        try
        {
            try
            {
                Throw("inner");
            }
            finally
            {
                log.Add("finally");
            }
        }
        catch (InvalidOperationException e)
        {
            log.Add($"catch {e.Message}");
        }
        Check.Sequence(["finally", "catch inner"], log);
    }

    [GuestTest]
    public static void Using_disposes_in_reverse_order()
    {
        var log = new List<string>();
        Check.Throws<InvalidOperationException>(() =>
        {
            using var a = new Resource(log, "a");
            using var b = new Resource(log, "b");
            Throw("out");
        });
        Check.Sequence(["dispose b", "dispose a"], log);
    }

    [GuestTest]
    public static void Lock_is_released_when_an_exception_passes()
    {
        object gate = new();
        Check.Throws<InvalidOperationException>(() =>
        {
            lock (gate)
                Throw("in the lock");
        });
        Check.That(!Monitor.IsEntered(gate));
        bool taken = false;
        var other = new Thread(() =>
        {
            taken = Monitor.TryEnter(gate);
            if (taken)
                Monitor.Exit(gate);
        });
        other.Start();
        other.Join();
        Check.That(taken);
    }

    [GuestTest]
    public static void Filters_run_in_the_first_pass_before_any_finally()
    {
        var log = new List<string>();
        try
        {
            try
            {
                Throw("x");
            }
            finally
            {
                log.Add("finally");
            }
        }
        catch (InvalidOperationException) when (Note(log, "filter no", false))
        {
            log.Add("wrong");
        }
        catch (InvalidOperationException) when (Note(log, "filter yes", true))
        {
            log.Add("catch");
        }
        Check.Sequence(["filter no", "filter yes", "finally", "catch"], log);
    }

    [GuestTest]
    public static void A_filter_that_throws_counts_as_false()
    {
        string caught = "";
        try
        {
            Throw("outer");
        }
        catch (Exception) when (ThrowingFilter())
        {
            caught = "filtered";
        }
        catch (InvalidOperationException e)
        {
            caught = e.Message;
        }
        Check.Equal("outer", caught);
    }

    [GuestTest]
    public static void A_nested_exception_keeps_its_cause()
    {
        var e = Check.Throws<ApplicationException>(() =>
        {
            try
            {
                Throw("cause");
            }
            catch (InvalidOperationException inner)
            {
                throw new ApplicationException("effect", inner);
            }
        });
        Check.Equal("cause", e.InnerException?.Message);
        Check.Contains(nameof(Throw), e.ToString());
    }

    [GuestTest]
    public static void Rethrow_keeps_the_object_and_the_origin()
    {
        Exception? first = null;
        var second = Check.Throws<InvalidOperationException>(() =>
        {
            try
            {
                Throw("again");
            }
            catch (Exception e)
            {
                first = e;
                throw;
            }
        });
        Check.That(ReferenceEquals(first, second));
        Check.Contains(nameof(Throw), second.StackTrace);
    }

    [GuestTest]
    public static void An_exception_in_finally_replaces_the_first()
    {
        var e = Check.Throws<ApplicationException>(() =>
        {
            try
            {
                Throw("lost");
            }
            finally
            {
                ThrowApplication("kept");
            }
        });
        Check.Equal("kept", e.Message);
    }

    [GuestTest]
    public static void Exceptions_pass_many_frames_and_run_every_finally()
    {
        int finallies = 0;
        Check.Throws<InvalidOperationException>(() => Descend(500));
        Check.Equal(500, finallies);

        void Descend(int n)
        {
            if (n == 0)
                Throw("bottom");
            try
            {
                Descend(n - 1);
            }
            finally
            {
                finallies++;
            }
        }
    }

    [GuestTest]
    public static void Thousands_of_exceptions_leave_nothing_behind()
    {
        int caught = 0;
        for (int i = 0; i < 2000; i++)
        {
            try
            {
                Throw("one of many");
            }
            catch (InvalidOperationException)
            {
                caught++;
            }
        }
        Check.Equal(2000, caught);
    }

    [GuestTest]
    public static void Exceptions_are_thrown_by_several_threads_at_once()
    {
        int caught = 0;
        Thread[] threads = [.. Enumerable.Range(0, 6).Select(n => new Thread(() =>
        {
            for (int i = 0; i < 200; i++)
            {
                try
                {
                    Throw($"{n}.{i}");
                }
                catch (InvalidOperationException e) when (e.Message == $"{n}.{i}")
                {
                    Interlocked.Increment(ref caught);
                }
            }
        }))];
        foreach (Thread t in threads)
            t.Start();
        foreach (Thread t in threads)
            t.Join();
        Check.Equal(1200, caught);
    }

    [GuestTest]
    public static void Iterators_run_finally_when_they_are_left_early()
    {
        var log = new List<string>();
        foreach (int i in Numbers())
        {
            if (i == 2)
                break;
        }
        Check.Sequence(["finally"], log);

        IEnumerable<int> Numbers()
        {
            try
            {
                yield return 1;
                yield return 2;
                yield return 3;
            }
            finally
            {
                log.Add("finally");
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw(string message) => throw new InvalidOperationException(message);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowApplication(string message) => throw new ApplicationException(message);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool ThrowingFilter() => throw new NotSupportedException("in the filter");

    private static bool Note(List<string> log, string what, bool answer)
    {
        log.Add(what);
        return answer;
    }
}

using System.Text;
using MicroLake.Abi;
using MicroLake.Services.Supervision;
using Xunit;

namespace MicroLake.HostTests.Services;

public sealed class ServiceManifestTests
{
    private const string Full = """
        {
          "name": "echo.v1", "program": "echo.elf", "arguments": ["-a", "b c"],
          "memory_mib": 48, "threads": 8, "handles": 64, "files": false, "keeps_state": true, "priority": 40, "processor_percent": 150, "tenant": "acme",
          "restart": "always", "back_off_ms": 20, "max_failures": 5,
          "grants": ["log", { "service": "store.v2", "as": "data", "rights": ["send", "duplicate"] }], "lookups": ["echo", "store.*"],
        }
        """;

    [Fact]
    public void A_manifest_says_what_a_service_is_and_may_use()
    {
        ServiceManifest manifest = Read(Full);
        Assert.Equal(("echo.v1", "echo.elf", RestartRule.Always, 20, 5), (manifest.Name, manifest.Program, manifest.Restart, manifest.BackOffMilliseconds, manifest.MaxFailures));
        Assert.Equal(["-a", "b c"], manifest.Arguments);
        Assert.False(manifest.Files);
        Assert.True(manifest.KeepsState);
        Assert.Equal("acme", manifest.Tenant);
        ServiceManifest least = Read("""{ "name": "a", "program": "b" }""");
        Assert.Equal((true, false, null), (least.Files, least.KeepsState, least.Tenant));
        Assert.Equal((48UL << 8, 8u, 64u, 40u, 150u), (manifest.Limits.MemoryPages, manifest.Limits.Threads, manifest.Limits.Handles, manifest.Limits.HighestPriority, manifest.Limits.ProcessorPercent));
    }

    [Fact]
    public void A_manifest_says_which_services_a_service_reaches()
    {
        ServiceManifest manifest = Read(Full);
        Assert.Equal(
            [new ServiceGrant("log", "log", HandleRights.Send), new ServiceGrant("store.v2", "data", HandleRights.Send | HandleRights.Duplicate)], manifest.Grants);
        Assert.Equal(["echo", "store.*"], manifest.Lookups);
    }

    [Fact]
    public void A_grant_may_say_what_share_the_client_has()
    {
        ServiceManifest manifest = Read("""{ "name": "a", "program": "b", "grants": ["x", { "service": "ml.compute", "weight": 4, "sessions": 2 }, { "service": "y", "weight": 3 }] }""");
        Assert.Equal([null, new ServiceShare(4, 2), new ServiceShare(3, ServiceShare.MostSessions)], manifest.Grants.Select(grant => grant.Share));
    }

    [Theory]
    [InlineData("{\"service\":\"a\",\"rights\":[\"receive\"]}", "the right \"receive\" cannot be granted; rights are send, duplicate")]
    [InlineData("{\"service\":\"a\",\"rights\":[\"duplicate\"]}", "of no use")]
    [InlineData("{\"service\":\"a\",\"rights\":\"send\"}", "not a list of rights")]
    [InlineData("{\"as\":\"a\"}", "no \"service\"")]
    [InlineData("{\"service\":\"A\"}", "small letters")]
    [InlineData("{\"service\":\"a\",\"to\":1}", "known are service, as, rights")]
    [InlineData("{\"service\":\"a\",\"weight\":0}", "from 1 to 100")]
    [InlineData("{\"service\":\"a\",\"sessions\":\"2\"}", "\"sessions\" is not a whole number")]
    [InlineData("\"b\", \"b\"", "two of the \"grants\" are for \"b\"")]
    [InlineData("7", "neither a name nor an object")]
    public void A_bad_grant_is_refused_with_the_reason(string grants, string reason) =>
        Assert.Contains(reason, Assert.Throws<ManifestException>(() => Read($$"""{"name":"a","program":"a","grants":[{{grants}}]}""")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"*b\"", "is no name")]
    [InlineData("\"a b\"", "is no name")]
    [InlineData("\"\"", "empty text")]
    [InlineData("{}", "not a text")]
    public void A_bad_lookup_is_refused_with_the_reason(string lookup, string reason) =>
        Assert.Contains(reason, Assert.Throws<ManifestException>(() => Read($$"""{"name":"a","program":"a","lookups":[{{lookup}}]}""")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("echo", true)]
    [InlineData("echo.v1", false)]
    [InlineData("store.", true)]
    [InlineData("store.a", true)]
    [InlineData("store", false)]
    [InlineData("", false)]
    public void A_pattern_is_a_name_or_its_beginning(string name, bool isHeld)
    {
        Assert.Equal(isHeld, NamePattern.Any(["echo", "store.*"], name));
        Assert.True(NamePattern.Any(["*"], name));
        Assert.False(NamePattern.Any([], name));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{\"name\":\"a\"}", "no \"program\"")]
    [InlineData("{\"program\":\"a\"}", "no \"name\"")]
    [InlineData("{\"name\":\"A b\",\"program\":\"a\"}", "small letters")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\",\"program\":\"a\"}", "twice")]
    [InlineData("{\"name\":\"a\",\"program\":\"a\",\"memory_mib\":1}", "from 24")]
    [InlineData("{\"name\":\"a\",\"program\":\"a\",\"priority\":64}", "from 1 to 63")]
    [InlineData("{\"name\":\"a\",\"program\":\"a\",\"threads\":\"8\"}", "whole number")]
    [InlineData("{\"name\":\"a\",\"program\":\"a\",\"restart\":\"maybe\"}", "always, on-failure or never")]
    [InlineData("{\"name\":\"a\",\"program\":\"a\",\"colour\":1}", "known are")]
    [InlineData("{\"name\":\"a\",\"program\":\"a\",\"files\":1}", "true or false")]
    [InlineData("{\"name\":\"a\",\"program\":\"a\",\"arguments\":[1]}", "not a text")]
    [InlineData("{\"name\":\"a\",\"program\":\"a\",\"arguments\":1}", "not a list of texts")]
    [InlineData("{\"name\":\"a\",\"program\":\"a\",\"arguments\":[\"b\\u0000c\"]}", "zero character")]
    [InlineData("{\"name\":\"a\",\"program\":\"\"}", "empty text")]
    [InlineData("{\"name\":\"a\",\"program\":\"a\"} x", "not JSON")]
    [InlineData("{\"name\":\"a\",\"program\":\"a\"", "not JSON")]
    public void A_bad_manifest_is_refused_with_the_reason(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<ManifestException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Any_damaged_manifest_is_either_a_manifest_or_refused()
    {
        byte[] good = Encoding.UTF8.GetBytes(Full);
        var random = new Random(20260101);
        for (int i = 0; i < 10_000; i++)
        {
            byte[] text = [.. good];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
                text[random.Next(text.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                Array.Resize(ref text, random.Next(text.Length));
            try
            {
                Assert.NotEqual("", ServiceManifest.Read(text).Name);
            }
            catch (ManifestException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
        }
    }

    [Fact]
    public void Failures_in_a_row_wait_twice_as_long_each_and_end_in_giving_up()
    {
        var backOff = new BackOff(Read(Full));
        TimeSpan brief = TimeSpan.FromMilliseconds(1);
        Assert.Equal([20.0, 40, 80, 160, 320], Enumerable.Range(0, 5).Select(_ => backOff.Next(true, brief)!.Value.TotalMilliseconds));
        Assert.Null(backOff.Next(true, brief));
    }

    [Fact]
    public void The_wait_has_a_limit()
    {
        var backOff = new BackOff(Read(Full.Replace("\"max_failures\": 5", "\"max_failures\": 1000, \"max_back_off_ms\": 30")));
        for (int i = 0; i < 999; i++)
            Assert.Equal(i == 0 ? 20 : 30, backOff.Next(true, TimeSpan.Zero)!.Value.TotalMilliseconds);
    }

    [Fact]
    public void A_good_run_clears_the_record()
    {
        var backOff = new BackOff(Read(Full));
        TimeSpan brief = TimeSpan.FromMilliseconds(1);
        for (int i = 0; i < 4; i++)
            _ = backOff.Next(true, brief);
        Assert.Equal(20, backOff.Next(true, BackOff.GoodRun)!.Value.TotalMilliseconds);
        Assert.Equal(20, backOff.Next(false, brief)!.Value.TotalMilliseconds);
        Assert.Equal(0, backOff.Failures);
    }

    [Theory]
    [InlineData("always", true, true)]
    [InlineData("on-failure", false, true)]
    [InlineData("never", false, false)]
    public void The_rule_says_who_is_started_again(string rule, bool afterSuccess, bool afterFailure)
    {
        ServiceManifest manifest = Read(Full.Replace("always", rule));
        Assert.Equal(afterSuccess, new BackOff(manifest).Next(false, TimeSpan.Zero) is not null);
        Assert.Equal(afterFailure, new BackOff(manifest).Next(true, TimeSpan.Zero) is not null);
    }

    private static ServiceManifest Read(string json) => ServiceManifest.Read(Encoding.UTF8.GetBytes(json));
}

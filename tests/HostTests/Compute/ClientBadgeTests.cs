using MicroLake.Compute;
using Xunit;

namespace MicroLake.HostTests.Compute;

public sealed class ClientBadgeTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 100, 2)]
    [InlineData(uint.MaxValue, 65_535, 65_535)]
    public void A_badge_says_what_its_client_may_have(uint client, int weight, int sessions)
    {
        var badge = new ClientBadge(new ClientBadge(client, weight, sessions).Value);
        Assert.Equal((weight, sessions), (badge.Weight, badge.Sessions));
        Assert.NotEqual(badge.Value, new ClientBadge(client - 1, weight, sessions).Value);
    }

    [Fact]
    public void Who_has_none_has_a_usual_share() => Assert.Equal((1, 65_535), (new ClientBadge(0).Weight, new ClientBadge(0).Sessions));
}

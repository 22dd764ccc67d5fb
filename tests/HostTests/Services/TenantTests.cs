using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Services.Programs;
using Xunit;

namespace MicroLake.HostTests.Services;

public sealed class TenantTests
{
    [Fact]
    public void A_tenant_is_there_while_somebody_holds_it()
    {
        using Tenant other = Tenant.Hold("other");
        Tenant first = Tenant.Hold("acme"), second = Tenant.Hold("acme");
        Assert.Equal(first.Number, second.Number);
        Assert.NotEqual(other.Number, first.Number);
        first.Dispose();
        first.Dispose();
        using (Tenant third = Tenant.Hold("acme"))
            Assert.Equal(second.Number, third.Number);
        second.Dispose();
        using Tenant next = Tenant.Hold("next");
        Assert.Equal(first.Number, next.Number);
    }

    [Fact]
    public void There_are_no_more_than_the_nucleus_has_places_for()
    {
        var held = new List<Tenant>();
        KernelException error = Assert.Throws<KernelException>(() =>
        {
            while (held.Count < HookScope.Tenants)
                held.Add(Tenant.Hold($"t{held.Count}"));
        });
        Assert.Equal((Status.LimitReached, (int)HookScope.Tenants - 1), (error.Status, held.Count));
        Assert.All(held, t => Assert.InRange(t.Number, 1u, HookScope.Tenants - 1));
        held.ForEach(t => t.Dispose());
        using Tenant again = Tenant.Hold("again");
        Assert.Equal(1u, again.Number);
    }

    [Theory]
    [InlineData("acme", true)]
    [InlineData("a.b-2", true)]
    [InlineData("", false)]
    [InlineData("A", false)]
    [InlineData("a b", false)]
    [InlineData("a23456789012345678901234567890123", false)]
    public void Names_are_as_those_of_services(string name, bool isName) => Assert.Equal(isName, Tenant.IsName(name));
}

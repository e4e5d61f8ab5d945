using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Tests.Serving;

public sealed class ActivationLeaseTests(SmallModels models) : IAsyncLifetime
{
    private readonly HostParts _host = new(models, models.CatalogueOf(
        SmallModels.Expert("law", models.Law), SmallModels.Expert("tax", models.Tax), SmallModels.Alone("other")));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Take_LiveExperts_HoldsThemInThePlansOrder()
    {
        var law = await _host.LoadAsync("law");
        var tax = await _host.LoadAsync("tax");

        using (var lease = ActivationLease.Take(_host.Activations, Plans.Of(tax, law)))
        {
            Assert.Equal([(tax, 0.5), (law, 0.5)], lease.Experts);
            Assert.Same(law.Runtime, lease.Runtime);
            Assert.Equal((1, 1), (law.Running, tax.Running));
        }

        Assert.Equal((0, 0), (law.Running, tax.Running));
    }

    [Fact]
    public async Task Dispose_Twice_LeavesOnce()
    {
        var law = await _host.LoadAsync("law");
        using var other = ActivationLease.Take(_host.Activations, Plans.Of(law));
        var lease = ActivationLease.Take(_host.Activations, Plans.Of(law));

        lease.Dispose();
        lease.Dispose();

        Assert.Equal(1, law.Running);
    }

    [Fact]
    public void Take_NoExpert_IsInvalid() =>
        Assert.Equal((StatusCode.InvalidArgument, "experts is empty; a plan names at least one"), Refusal(Plans.Of()));

    [Fact]
    public async Task Take_OneOfTwoUnderAnOldEpoch_HoldsNeither()
    {
        var law = await _host.LoadAsync("law");
        var tax = await _host.LoadAsync("tax");
        var request = Plans.Of(law, tax);
        request.Experts[1].Epoch--;

        Assert.Equal(
            (StatusCode.FailedPrecondition, $"expert tax is not live here under epoch {tax.Replica.Epoch - 1}; ask the grains again"), Refusal(request));
        Assert.Equal((0, 0), (law.Running, tax.Running));
    }

    [Fact]
    public async Task Take_WhatDrains_IsNotLive()
    {
        var law = await _host.LoadAsync("law");
        await law.DrainAsync();

        Assert.Equal(StatusCode.FailedPrecondition, Refusal(Plans.Of(law)).Code);
    }

    [Fact]
    public async Task Take_AnotherBasesExpert_IsInvalidAndHoldsNothing()
    {
        var law = await _host.LoadAsync("law");
        var other = await _host.LoadAsync("other");

        Assert.Equal((StatusCode.InvalidArgument, "expert other runs on base other, not on small"), Refusal(Plans.Of(law, other)));
        Assert.Equal((0, 0), (law.Running, other.Running));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private (StatusCode Code, string Message) Refusal(GenerateRequest request)
    {
        var error = Assert.Throws<RequestRefusedException>(() => ActivationLease.Take(_host.Activations, request));
        return (error.Code, error.Message);
    }
}

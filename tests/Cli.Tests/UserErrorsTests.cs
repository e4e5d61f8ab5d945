using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Contracts;
using ExpertCluster.Gating;
using Grpc.Core;

namespace ExpertCluster.Cli.Tests;

public sealed class UserErrorsTests
{
    public static TheoryData<Exception> Mendable => new((Exception[])
        [new CatalogueException("why"), new ContentException("why"), new SetupException("why"), new GateFormatException("why"), new ClusterStartException("why"), new ClusterCallException("why")]);

    [Theory]
    [MemberData(nameof(Mendable))]
    public void Explain_WhatTheUserCanMend_IsItsMessage(Exception error) => Assert.Equal("why", UserErrors.Explain(error));

    [Fact]
    public void Explain_RefusedCall_NamesTheStatus() => Assert.Equal(
        "the cluster did not answer: Unavailable, no host is there",
        UserErrors.Explain(new RpcException(new Status(StatusCode.Unavailable, "no host is there"))));

    [Fact]
    public void Explain_FailureOfOurs_IsNull() => Assert.Null(UserErrors.Explain(new InvalidOperationException("a bug")));
}

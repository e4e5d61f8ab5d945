using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.Grpc;
using ExpertCluster.V1;
using Google.Protobuf;
using MergeScope = ExpertCluster.Contracts.Completions.MergeScope;
using Sampling = ExpertCluster.Contracts.Completions.Sampling;

namespace ExpertCluster.Router.Tests.Apis.Grpc;

public sealed class WireRequestTests
{
    [Fact]
    public void Read_Empty_IsAllDefaultsWithNeitherPromptNorMessages()
    {
        var read = WireRequest.Read(new CompleteRequest());

        Assert.Equal(("", null, null), (read.Model, read.Prompt, read.Messages));
        Assert.Equal((Sampling.Default, MergeWish.None), (read.Sampling, read.Merge));
    }

    [Fact]
    public void Read_Messages_KeepsOrder()
    {
        var messages = new Messages { Messages_ = { new Message { Role = "system", Content = "a" }, new Message { Role = "user", Content = "b" } } };

        Assert.Equal([new("system", "a"), new("user", "b")], WireRequest.Read(new CompleteRequest { Messages = messages }).Messages!);
    }

    [Fact]
    public void Read_NumbersOfAMerge_TellsSetFromAbsent()
    {
        var read = WireRequest.Read(new CompleteRequest { Merge = new Merge { GeneralistWeight = 0.5, Hysteresis = 0 } }).Merge;
        var absent = WireRequest.Read(new CompleteRequest { Merge = new Merge() }).Merge;

        Assert.Equal((0.5, 0), (read.GeneralistWeight, read.Hysteresis));
        Assert.Equal((null, null), (absent.GeneralistWeight, absent.Hysteresis));
    }

    [Fact]
    public void Read_Echo_IsWhatIsSaid()
    {
        Assert.True(WireRequest.Read(new CompleteRequest { Prompt = "a", Echo = true }).Echo);
        Assert.False(WireRequest.Read(new CompleteRequest { Prompt = "a" }).Echo);
    }


    [Fact]
    public void Read_Routing_TellsSetFromAbsent()
    {
        var read = WireRequest.Read(new CompleteRequest { Routing = new Routing { Allow = { "law" }, Deny = { "code", "tax" }, Labels = { "zone=1" }, MaxCost = 0 } }).Routing;

        Assert.Equal([["law"], ["code", "tax"], ["zone=1"]], new[] { read.Allow, read.Deny, read.Labels });
        Assert.Equal(0, read.MaxCost);
        Assert.Null(WireRequest.Read(new CompleteRequest { Routing = new Routing() }).Routing.MaxCost);
        Assert.Same(RoutingWish.None, WireRequest.Read(new CompleteRequest()).Routing);
    }

    /// <summary>As members of a oneof they were copied for each time that they stand in the bytes: 4 MB took minutes.</summary>
    [Theory]
    [InlineData(1_000)]
    [InlineData(20_000)]
    public void ParseFrom_MessagesAgainAndAgain_AllocatesInProportion(int times)
    {
        byte[] one = new CompleteRequest { Messages = new Messages { Messages_ = { new Message { Role = "user", Content = "x" } } } }.ToByteArray();
        byte[] bytes = [.. Enumerable.Repeat(one, times).SelectMany(b => b)];
        long before = GC.GetAllocatedBytesForCurrentThread();

        var read = CompleteRequest.Parser.ParseFrom(bytes);
        GenerateRequest.Parser.ParseFrom(bytes);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100L * bytes.Length);
        Assert.Equal(times, read.Messages.Messages_.Count);
    }

    [Fact]
    public void Read_PromptBesideMessages_IsRefused()
    {
        var read = WireRequest.Read(new CompleteRequest { Prompt = "a", Messages = new Messages { Messages_ = { new Message { Role = "user", Content = "x" } } } });

        Assert.Equal("prompt", RequestLimits.Check(read)?.Field);
    }

    [Fact]
    public void Read_AllOfSampling_TellsSetFromAbsent()
    {
        var read = WireRequest.Read(new CompleteRequest { Sampling = new V1.Sampling { Temperature = 0, TopK = 0, Stop = { "x" }, IgnoreEos = true } }).Sampling;

        Assert.Equal((0f, 0, true), (read.Temperature, read.TopK, read.IgnoreEos));
        Assert.Equal(["x"], read.Stop);
        Assert.Equal((null, null, null, null, null), (read.MaxTokens, read.TopP, read.MinP, read.RepetitionPenalty, read.Seed));
    }

    [Theory]
    [InlineData(MergeMode.Unspecified, "", null)]
    [InlineData(MergeMode.Route, "", "route")]
    [InlineData(MergeMode.Mix, "", "mix")]
    [InlineData(MergeMode.Ensemble, "", "ensemble")]
    [InlineData(MergeMode.Cascade, "", "cascade")]
    [InlineData(MergeMode.Mix, "second", "second")]
    [InlineData((MergeMode)99, "second", "second")]
    public void Read_Merge_GoesByNameAndThenByNumber(MergeMode mode, string name, string? expected) =>
        Assert.Equal(expected, WireRequest.Read(new CompleteRequest { Merge = new Merge { Mode = mode, Name = name } }).Merge.Name);

    [Theory]
    [InlineData(V1.MergeScope.Unspecified, MergeScope.Unspecified)]
    [InlineData(V1.MergeScope.Request, MergeScope.Request)]
    [InlineData(V1.MergeScope.Token, MergeScope.Token)]
    public void Read_Scope_HasItsMeaning(V1.MergeScope scope, MergeScope expected) =>
        Assert.Equal(expected, WireRequest.Read(new CompleteRequest { Merge = new Merge { Scope = scope } }).Merge.Scope);

    [Fact]
    public void Read_ModeWithoutMeaning_NamesTheField()
    {
        var error = Assert.Throws<RequestFailedException>(() => WireRequest.Read(new CompleteRequest { Merge = new Merge { Mode = (MergeMode)9 } }));

        Assert.Equal(new Failure(FailureKind.InvalidArgument, "merge.mode is 9, which is no mode", "merge.mode"), error.Failure);
    }

    [Fact]
    public void Read_ScopeWithoutMeaning_NamesTheField()
    {
        var error = Assert.Throws<RequestFailedException>(() => WireRequest.Read(new CompleteRequest { Merge = new Merge { Scope = (V1.MergeScope)(-3) } }));

        Assert.Equal("merge.scope", error.Failure.Field);
    }
}

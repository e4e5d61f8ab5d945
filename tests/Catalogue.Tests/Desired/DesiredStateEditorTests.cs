using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Catalogue.Tests.Snapshots;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Catalogue.Tests.Desired;

public sealed class DesiredStateEditorTests
{
    private const string Base = "small";

    private static readonly CatalogueSnapshot Served = Catalogues.Version(1, "law", Base);
    private static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Apply_NewExpert_IsThereAndRecorded()
    {
        var next = Change(DesiredState.Empty, new ApplyExpert(Spec("poems")), reason: "for sales");

        Assert.Equal(1, next.Version);
        Assert.Equal((Base, 1L), (next.Experts["poems"].Base, next.Experts["poems"].Since));
        var record = Assert.Single(next.Changes);
        Assert.Equal((1L, Now, "ann", "apply", "poems", "for sales"), (record.Version, record.At, record.By, record.What, record.Subject, record.Reason));
        Assert.Contains("hf://org/poems", record.Details, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_SecretInTheUri_IsNotRecorded()
    {
        var next = Change(DesiredState.Empty, new ApplyExpert(Spec("poems") with { Adapter = "https://store/poems.json?token=hidden" }));

        Assert.DoesNotContain("hidden", next.Changes[0].Details, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_KnownExpert_ReplacesItAndWhatWasAdjustedFalls()
    {
        var state = Change(DesiredState.Empty, new ApplyExpert(Spec("poems")));
        state = Change(state, new ScaleExpert("poems", 3, null));

        state = Change(state, new ApplyExpert(Spec("poems") with { Replicas = 2, Keywords = ["verse"] }));

        Assert.Equal((2, 3L), (state.Experts["poems"].Replicas, state.Experts["poems"].Since));
        Assert.Empty(state.Adjustments);
        Assert.Equal(3, state.Version);
    }

    [Fact]
    public void Apply_NoBaseWhereThereIsOne_TakesIt() =>
        Assert.Equal(Base, Change(DesiredState.Empty, new ApplyExpert(Spec("poems") with { Base = "" })).Experts["poems"].Base);

    public static TheoryData<string, ExpertSpec> Wrong => new()
    {
        { "name", Spec("auto") },
        { "name", Spec(".hidden") },
        { "name", Spec("a/b") },
        { "name", Spec("") },
        { "name", Spec(new string('n', 129)) },
        { "base", Spec("poems") with { Base = "other" } },
        { "adapter", Spec("poems") with { Adapter = "" } },
        { "adapter", Spec("poems") with { Adapter = "a\0b" } },
        { "adapter", Spec("poems") with { Adapter = "s3://user:key@bucket/x" } },
        { "adapter", Spec("poems") with { Adapter = new string('x', 4097) } },
        { "canary", Spec("poems") with { Adapter = null, Canary = new VersionSpec("x", 1) } },
        { "shadow", Spec("poems") with { Adapter = null, Shadow = new VersionSpec("x", 1) } },
        { "canary.adapter", Spec("poems") with { Canary = new VersionSpec("", 1) } },
        { "canary.percent", Spec("poems") with { Canary = new VersionSpec("x", 101) } },
        { "canary.percent", Spec("poems") with { Canary = new VersionSpec("x", -1) } },
        { "shadow.percent", Spec("poems") with { Shadow = new VersionSpec("x", 0) } },
        { "description", Spec("poems") with { Description = new string('x', 4097) } },
        { "examples[1]", Spec("poems") with { Examples = ["one", "two\nlines"] } },
        { "examples[0]", Spec("poems") with { Examples = ["two\u2028lines"] } },
        { "examples[0]", Spec("poems") with { Examples = ["  "] } },
        { "examples[0]", Spec("poems") with { Examples = ["a\tb\tc"] } },
        { "examples", Spec("poems") with { Examples = [.. Enumerable.Repeat("x", 1001)] } },
        { "keywords[0]", Spec("poems") with { Keywords = [""] } },
        { "keywords", Spec("poems") with { Keywords = [.. Enumerable.Repeat("x", 1001)] } },
        { "replicas", Spec("poems") with { Replicas = -1 } },
        { "replicas", Spec("poems") with { Replicas = 65 } },
        { "max_replicas", Spec("poems") with { Replicas = 3, MaxReplicas = 2 } },
        { "max_replicas", Spec("poems") with { Replicas = 0, MaxReplicas = 0 } },
        { "hosts[0]", Spec("poems") with { Hosts = [""] } },
        { "labels[0]", Spec("poems") with { Labels = ["gpu"] } },
        { "labels", Spec("poems") with { Labels = [.. Enumerable.Range(0, 33).Select(i => $"k{i}=v")] } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Apply_WrongField_IsRefusedByItsName(string field, ExpertSpec spec)
    {
        var error = Assert.Throws<RequestFailedException>(() => Change(DesiredState.Empty, new ApplyExpert(spec)));

        Assert.Equal((FailureKind.InvalidArgument, field), (error.Failure.Kind, error.Failure.Field));
    }

    [Fact]
    public void Apply_NameOfTheFile_IsAConflict()
    {
        foreach (string name in (string[])["law", Base])
        {
            var error = Assert.Throws<RequestFailedException>(() => Change(DesiredState.Empty, new ApplyExpert(Spec(name))));
            Assert.Equal((FailureKind.Conflict, "name"), (error.Failure.Kind, error.Failure.Field));
            Assert.Contains("stands in the catalogue file", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Remove_OwnFilesAndUnknown_AreTold()
    {
        var state = Change(DesiredState.Empty, new ApplyExpert(Spec("poems")));

        Assert.Empty(Change(state, new RemoveExpert("poems")).Experts);
        Assert.Equal(FailureKind.Conflict, Assert.Throws<RequestFailedException>(() => Change(state, new RemoveExpert("law"))).Failure.Kind);
        Assert.Equal(FailureKind.UnknownModel, Assert.Throws<RequestFailedException>(() => Change(state, new RemoveExpert("nobody"))).Failure.Kind);
    }

    /// <summary>A request's name may come in between an operator's change and the catalogue that has it.</summary>
    [Fact]
    public void OnDemand_WhatSomebodyAdded_IsNeitherReplacedNorRemoved()
    {
        var added = Change(DesiredState.Empty, new ApplyExpert(Spec("poems")));
        var brought = Change(DesiredState.Empty, new ApplyExpert(Spec("poems") with { OnDemand = true }));

        foreach (var change in new DesiredChange[] { new ApplyExpert(Spec("poems") with { OnDemand = true }), new RemoveExpert("poems", OnlyOnDemand: true) })
        {
            Assert.Equal(FailureKind.Conflict, Assert.Throws<RequestFailedException>(() => Change(added, change)).Failure.Kind);
        }

        Assert.Empty(Change(brought, new RemoveExpert("poems", OnlyOnDemand: true)).Experts);
        Assert.False(Change(brought, new ApplyExpert(Spec("poems"))).Experts["poems"].OnDemand);
    }

    [Fact]
    public void ScaleAndPin_ExpertOfTheFile_AreAddedUpUntilReset()
    {
        var state = Change(DesiredState.Empty, new ScaleExpert("law", 2, null));
        state = Change(state, new ScaleExpert("law", null, 5));
        state = Change(state, new PinExpert("law", true, null));
        state = Change(state, new PinExpert("law", null, ["a", "b"]));

        var adjusted = state.Adjustments["law"];
        Assert.Equal((2, 5, true), (adjusted.Replicas, adjusted.MaxReplicas, adjusted.Pinned));
        Assert.Equal(["a", "b"], adjusted.Hosts!);
        Assert.Empty(Change(state, new ResetExpert("law")).Adjustments);
    }

    [Theory]
    [InlineData(-1, null, "replicas")]
    [InlineData(65, null, "replicas")]
    [InlineData(null, 0, "max_replicas")]
    [InlineData(3, 2, "max_replicas")]
    [InlineData(null, null, "replicas")]
    public void Scale_OutOfRange_IsRefused(int? replicas, int? most, string field) =>
        Assert.Equal(field, Assert.Throws<RequestFailedException>(() => Change(DesiredState.Empty, new ScaleExpert("law", replicas, most))).Failure.Field);

    [Fact]
    public void DrainAndResume_Host_AreKept()
    {
        var state = Change(DesiredState.Empty, new DrainHost("a"));
        state = Change(state, new DrainHost("a"));

        Assert.Equal(["a"], state.DrainedHosts);
        Assert.Empty(Change(state, new ResumeHost("a")).DrainedHosts);
        Assert.Equal(FailureKind.UnknownModel, Assert.Throws<RequestFailedException>(() => Change(state, new ResumeHost("b"))).Failure.Kind);
        Assert.Equal("name", Assert.Throws<RequestFailedException>(() => Change(state, new DrainHost("a\nb"))).Failure.Field);
    }

    [Fact]
    public void Change_ByAnotherVersion_IsAConflict()
    {
        var state = Change(DesiredState.Empty, new DrainHost("a"));

        Assert.Equal("expected_version", Assert.Throws<RequestFailedException>(() => Change(state, new DrainHost("b"), expected: 2)).Failure.Field);
        Assert.Equal(2, Change(state, new DrainHost("b"), expected: 1).Version);
    }

    [Fact]
    public void Change_LongReason_IsRefused() =>
        Assert.Equal("reason", Assert.Throws<RequestFailedException>(() => Change(DesiredState.Empty, new DrainHost("a"), reason: new string('x', 257))).Failure.Field);

    [Fact]
    public void Changes_Many_AreTheLastThousand()
    {
        var state = DesiredState.Empty;
        for (int i = 0; i < 1_003; i++)
        {
            state = Change(state, new DrainHost("a"));
        }

        Assert.Equal((1000, 4L, 1003L), (state.Changes.Count, state.Changes[0].Version, state.Changes[^1].Version));
    }

    [Fact]
    public void Change_StateGrowsTooLarge_IsRefused()
    {
        var state = DesiredState.Empty;
        var large = Spec("x") with { Examples = [.. Enumerable.Repeat(new string('y', 4000), 1000)] };
        state = Change(state, new ApplyExpert(large with { Name = "a" }));
        state = Change(state, new ApplyExpert(large with { Name = "b" }));

        var error = Assert.Throws<RequestFailedException>(() => Change(state, new ApplyExpert(large with { Name = "c" })));

        Assert.Equal(FailureKind.TooLarge, error.Failure.Kind);
        Assert.Contains("8388608", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_State_ComesBackAsItWas()
    {
        var state = Change(DesiredState.Empty, new ApplyExpert(Spec("poems") with { Examples = ["ä\tö"], Labels = ["gpu=a"] }), reason: "why");
        state = Change(state, new PinExpert("law", true, ["a"]));
        state = Change(state, new DrainHost("h"));

        var read = DesiredStateJson.ReadState(DesiredStateJson.Write(state));

        Assert.Equal(DesiredStateJson.Write(state), DesiredStateJson.Write(read));
        Assert.Same(StringComparer.Ordinal, read.Experts.KeyComparer);
        Assert.Same(StringComparer.Ordinal, read.DrainedHosts.KeyComparer);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"format\": 2}")]
    [InlineData("{\"experts\": null}")]
    [InlineData("{\"experts\": {\"a\": {}}}")]
    public void Json_NoState_IsRefused(string text) => Assert.Throws<CatalogueException>(() => DesiredStateJson.ReadState(text));

    [Fact]
    public void Json_ChangeOfALaterVersion_IsRefused() =>
        Assert.Throws<CatalogueException>(() => DesiredStateJson.ReadChange("{\"change\": {\"kind\": \"teleport\", \"name\": \"a\"}, \"by\": \"\", \"reason\": \"\", \"expectedVersion\": 0}"));

    private static ExpertSpec Spec(string name) => new() { Name = name, Base = Base, Adapter = "hf://org/poems" };

    private static DesiredState Change(DesiredState state, DesiredChange change, string reason = "", long expected = 0)
    {
        // As it travels.
        var request = DesiredStateJson.ReadChange(DesiredStateJson.Write(new ChangeRequest(change, "ann", reason, expected)));
        return DesiredStateEditor.Change(state, request, Served, Now);
    }
}

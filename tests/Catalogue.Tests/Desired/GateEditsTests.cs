using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Catalogue.Tests.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Learning;

namespace ExpertCluster.Catalogue.Tests.Desired;

public sealed class GateEditsTests
{
    private static readonly GateLesson Rent = new("law", "Who pays the rent?");
    private static readonly GateLesson Sum = new("code", "Sum a list");

    [Fact]
    public void Fit_Feedback_IsACandidateBesideAndRecorded()
    {
        var next = Change(DesiredState.Empty, new FitGate([Rent, Sum], null, 5));

        Assert.Null(next.Gate.Stable);
        Assert.Equal((1L, 5, null), (next.Gate.Candidate!.Since, next.Gate.Candidate.Percent, next.Gate.Candidate.Kind));
        Assert.Equal([Rent, Sum], next.Gate.Candidate.Lessons);
        var record = Assert.Single(next.Changes);
        Assert.Equal(("fit_gate", "gate", "2 lessons, 2 of them new, kind of the file, 5 %"), (record.What, record.Subject, record.Details));
    }

    [Fact]
    public void Fit_TextThatTwoNamed_IsTheNewestOnes()
    {
        var state = Promoted(Change(DesiredState.Empty, new FitGate([Rent, Sum], null, 0)));

        state = Change(state, new FitGate([Rent with { Expert = "tax" }], null, 0));

        Assert.Equal([Sum, Rent with { Expert = "tax" }], state.Gate.Candidate!.Lessons);
    }

    [Fact]
    public void Fit_MoreThanMayBe_LetsTheOldestGo()
    {
        var many = Enumerable.Range(0, DesiredLimits.Lessons).Select(i => new GateLesson("law", $"text {i}")).ToList();
        var state = Promoted(Change(DesiredState.Empty, new FitGate(many, null, 0)));

        state = Change(state, new FitGate([Sum], null, 0));

        Assert.Equal((DesiredLimits.Lessons, "text 1", Sum), (state.Gate.Candidate!.Lessons.Count, state.Gate.Candidate.Lessons[0].Text, state.Gate.Candidate.Lessons[^1]));
    }

    [Fact]
    public void Fit_LongTexts_AreBoundedTogether()
    {
        var many = Enumerable.Range(0, 100).Select(i => new GateLesson("law", new string((char)('a' + (i % 26)), DesiredLimits.LessonLength - 3) + $"{i:000}")).ToList();

        var lessons = Change(DesiredState.Empty, new FitGate(many, null, 0)).Gate.Candidate!.Lessons;

        Assert.Equal((DesiredLimits.LessonsLength / DesiredLimits.LessonLength, many[^1]), (lessons.Count, lessons[^1]));
    }

    [Fact]
    public void Fit_NothingNew_IsRefused()
    {
        Assert.Equal(FailureKind.Conflict, Refused(DesiredState.Empty, new FitGate([], null, 0)).Kind);
        var state = Promoted(Change(DesiredState.Empty, new FitGate([Rent], GateKind.Stacked, 0)));
        Assert.Equal(FailureKind.Conflict, Refused(state, new FitGate([Rent], null, 0)).Kind);
        Assert.Equal(FailureKind.Conflict, Refused(state, new FitGate([], GateKind.Stacked, 0)).Kind);
        Assert.Equal(GateKind.Ngrams, Change(state, new FitGate([], GateKind.Ngrams, 0)).Gate.Candidate!.Kind);
    }

    public static TheoryData<string, FitGate> Wrong => new()
    {
        { "percent", new FitGate([Rent], null, -1) },
        { "percent", new FitGate([Rent], null, 101) },
        { "lessons", new FitGate([.. Enumerable.Repeat(Rent, DesiredLimits.Lessons + 1)], null, 0) },
        { "lessons[1]", new FitGate([Rent, new("a/b", "text")], null, 0) },
        { "lessons[0]", new FitGate([new("law", "")], null, 0) },
        { "lessons[0]", new FitGate([new("law", "two\nlines")], null, 0) },
        { "lessons[0]", new FitGate([new("law", "a\ttab")], null, 0) },
        { "lessons[0]", new FitGate([new("law", new string('x', DesiredLimits.LessonLength + 1))], null, 0) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Fit_WrongField_IsRefusedByItsName(string field, FitGate fit) =>
        Assert.Equal((FailureKind.InvalidArgument, field), (Refused(DesiredState.Empty, fit) is var failure ? failure.Kind : default, failure.Field));

    [Fact]
    public void Shift_Percent_IsTheCandidatesAlone()
    {
        Assert.Equal(FailureKind.Conflict, Refused(DesiredState.Empty, new ShiftGate(5)).Kind);
        var state = Change(DesiredState.Empty, new FitGate([Rent], null, 0));

        var shifted = Change(state, new ShiftGate(100));

        Assert.Equal((100, 1L), (shifted.Gate.Candidate!.Percent, shifted.Gate.Candidate.Since));
        Assert.Equal("percent", Refused(state, new ShiftGate(101)).Field);
    }

    [Theory]
    [InlineData(10, 7, 7, true)]
    [InlineData(10, 7, 9, true)]
    [InlineData(10, 7, 6, false)]
    [InlineData(0, 0, 0, false)]
    public void Promote_Compared_GoesByWhatBothChose(int heldOut, int stable, int candidate, bool goes)
    {
        var state = Change(DesiredState.Empty, new FitGate([Rent], null, 50));
        var served = Served(1, new GateComparison(heldOut, stable, candidate));
        if (goes)
        {
            var next = Change(state, new PromoteGate(Force: false), served);
            Assert.Equal((0, 1L, null), (next.Gate.Stable!.Percent, next.Gate.Stable.Since, next.Gate.Candidate));
            Assert.Contains($"of {heldOut} texts held out the stable gate chose {stable} right, the candidate {candidate}", next.Changes[^1].Details, StringComparison.Ordinal);
            return;
        }

        var failure = Refused(state, new PromoteGate(Force: false), served);
        Assert.Equal(FailureKind.Conflict, failure.Kind);
        Assert.Contains(heldOut == 0 ? "can't be compared" : $"of {heldOut} texts held out the stable gate chose {stable} right, the candidate {candidate}", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(Change(state, new PromoteGate(Force: true), served).Gate.Stable);
    }

    [Fact]
    public void Promote_NotComparedYetOrOfAnotherCandidate_IsRefusedUnlessForced()
    {
        Assert.Equal(FailureKind.Conflict, Refused(DesiredState.Empty, new PromoteGate(Force: true)).Kind);
        var state = Change(DesiredState.Empty, new FitGate([Rent], null, 0));

        Assert.Contains("yet", Refused(state, new PromoteGate(Force: false)).Message, StringComparison.Ordinal);
        Assert.Contains("yet", Refused(state, new PromoteGate(Force: false), Served(7, new GateComparison(10, 1, 9))).Message, StringComparison.Ordinal);
        var failed = new CatalogueSnapshot(1, Catalogues.Of("law") with { Failures = [new PreparedFailure(PreparedNames.GateCandidate, "no encoder")] });
        Assert.Contains("no encoder", Refused(state, new PromoteGate(Force: false), failed).Message, StringComparison.Ordinal);
        Assert.Equal([Rent], Change(state, new PromoteGate(Force: true)).Gate.Stable!.Lessons);
    }

    [Fact]
    public void RollBack_CandidateThenPromotion_EachGoesInTurn()
    {
        var state = Promoted(Change(DesiredState.Empty, new FitGate([Rent], null, 0)));
        state = Change(state, new FitGate([Sum], null, 0));

        state = Change(state, new RollBackGate());
        Assert.Null(state.Gate.Candidate);
        Assert.Equal([Rent], state.Gate.Stable!.Lessons);

        state = Change(state, new RollBackGate());
        Assert.Equal((null, null, null), (state.Gate.Candidate, state.Gate.Stable, state.Gate.Previous));
        Assert.Equal(FailureKind.Conflict, Refused(state, new RollBackGate()).Kind);
    }

    [Fact]
    public void Changes_ThroughJson_AreTheSame()
    {
        var state = DesiredState.Empty;
        foreach (var change in (DesiredChange[])[new FitGate([Rent], GateKind.Embeddings, 7), new ShiftGate(9), new PromoteGate(Force: true), new RollBackGate()])
        {
            var request = new ChangeRequest(change, "ann", "", 0);
            var read = DesiredStateJson.ReadChange(DesiredStateJson.Write(request));
            Assert.Equal(DesiredStateJson.Write(request), DesiredStateJson.Write(read));
            state = DesiredStateEditor.Change(state, read, Served(0, null), DateTimeOffset.UnixEpoch);
            Assert.Equal(DesiredStateJson.Write(state), DesiredStateJson.Write(DesiredStateJson.ReadState(DesiredStateJson.Write(state))));
        }
    }

    private static DesiredState Promoted(DesiredState state) => Change(state, new PromoteGate(Force: true));

    private static Failure Refused(DesiredState state, DesiredChange change, CatalogueSnapshot? served = null) =>
        Assert.Throws<RequestFailedException>(() => Change(state, change, served)).Failure;

    private static DesiredState Change(DesiredState state, DesiredChange change, CatalogueSnapshot? served = null) =>
        DesiredStateEditor.Change(state, new ChangeRequest(change, "ann", "", 0), served ?? Served(0, null), DateTimeOffset.UnixEpoch);

    private static CatalogueSnapshot Served(long since, GateComparison? comparison) => new(1, Catalogues.Of("law", "small") with
    {
        GateCandidate = since == 0 ? null : Catalogues.Candidate("next") with { Since = since, Comparison = comparison },
    });
}

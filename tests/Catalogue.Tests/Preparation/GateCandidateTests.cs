using System.Security.Cryptography;
using System.Text;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Learning;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Preparation;

/// <summary>A candidate for the gate's place: fitted, compared, promoted and taken back, as the API's calls come.</summary>
public sealed class GateCandidateTests : IDisposable
{
    private static readonly string[] LawTexts = ["Who pays the rent?", "May the tenant sublet?", "When does the lease end?", "Is the contract void?", "Which court hears the appeal?", "Who is liable for the damage?"];
    private static readonly string[] CodeTexts = ["Write a loop in python", "Sort a list of numbers", "Which module has the function?", "Why does the compiler complain?", "Parse a json file", "Reverse a linked list"];

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _progress = [];
    private DesiredState _wanted = DesiredState.Empty;

    public GateCandidateTests()
    {
        RandomCheckpoint.Write(_folder["base"], RandomCheckpoint.Shape);
        foreach (var (expert, texts) in ((string, string[])[])[("law", LawTexts), ("code", CodeTexts)])
        {
            RandomAdapter.Write(_folder[expert], RandomCheckpoint.Shape);
            File.WriteAllLines(_folder[$"{expert}.txt"], texts);
        }

        File.WriteAllText(_folder["experts.yaml"], """
            bases: [{name: small, path: base}]
            experts:
              - {name: law, base: small, adapter: law, examples: law.txt}
              - {name: code, base: small, adapter: code, examples: code.txt}
            """);
    }

    private PreparedCatalogue Prepared => PreparedCatalogue.Load(_folder["out"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Candidate_FittedComparedPromotedAndTakenBack_NothingIsTrainedTwice()
    {
        var keeper = Keeper();
        keeper.Prepare(_wanted, isFileNew: true, _cancellation);
        string first = Prepared.Gates!.Path;
        Change(new FitGate([.. Enumerable.Range(0, 6).Select(i => new GateLesson("law", $"zymurgy question {i}"))], null, 25));

        keeper.Follow(_wanted, isFileNew: false, _cancellation);
        Assert.Equal((first, null, 1L), (Prepared.Gates.Path, Prepared.GateCandidate, Prepared.DesiredVersion));
        await MoreAsync(keeper);
        var candidate = Prepared.GateCandidate!;
        Assert.Equal((25, 1L, null), (candidate.Percent, candidate.Since, candidate.Comparison));
        Assert.Equal(["small"], candidate.TokenGates);
        Assert.NotEqual(first, candidate.Folder.Path);
        Assert.Contains(Prepared.Named(), n => n.Folder.Path == candidate.Folder.Path);
        await MoreAsync(keeper);
        var comparison = Prepared.GateCandidate!.Comparison!;
        Assert.Equal(3, comparison.HeldOut);
        Assert.InRange(comparison.CandidateRight, comparison.StableRight, 3);
        using (var gate = RequestGate.Load(candidate.Folder.Check("the candidate")))
        {
            Assert.Equal("law", gate.Score("A zymurgy question").Choice(floor: 0));
        }

        // A share of its own is no other gate.
        int told = _progress.Count;
        Change(new ShiftGate(100));
        keeper.Follow(_wanted, isFileNew: false, _cancellation);
        Assert.Equal((100, candidate.Folder.Path, comparison), (Prepared.GateCandidate.Percent, Prepared.GateCandidate.Folder.Path, Prepared.GateCandidate.Comparison));

        Change(new PromoteGate(Force: false));
        keeper.Follow(_wanted, isFileNew: false, _cancellation);
        Assert.Equal((candidate.Folder.Path, null), (Prepared.Gates.Path, Prepared.GateCandidate));

        Change(new RollBackGate());
        keeper.Follow(_wanted, isFileNew: false, _cancellation);
        Assert.Equal((first, null), (Prepared.Gates.Path, Prepared.GateCandidate));
        Assert.Equal(told, _progress.Count);
    }

    /// <summary>As `up` starts with what was wanted before: it waits for all but the candidate, and finds that in the cache.</summary>
    [Fact]
    public async Task Prepare_AfterARestart_HasTheCandidateAtOnce()
    {
        var keeper = Keeper();
        Change(new FitGate([new GateLesson("code", "zymurgy")], null, 0));
        keeper.Prepare(_wanted, isFileNew: true, _cancellation);
        Assert.Null(Prepared.GateCandidate);
        await MoreAsync(keeper);
        await MoreAsync(keeper);
        string before = Prepared.GateCandidate!.Folder.Path;

        var next = Keeper();
        Assert.False(next.Prepare(next.Last(), isFileNew: true, _cancellation));

        Assert.Equal(before, Prepared.GateCandidate!.Folder.Path);
        Assert.NotNull(Prepared.GateCandidate.Comparison);
    }

    [Fact]
    public async Task Candidate_WrongLessons_IsNotPromotedUnlessForced()
    {
        // What the one field asks belongs to the other, by some callers: by as many words, and by none that are held out.
        const string law = "court lease tenant appeal tort clause";
        const string code = "loop compiler python list module json";
        File.WriteAllLines(_folder["law.txt"], Texts(law, isHeldOut: true));
        File.WriteAllLines(_folder["code.txt"], Texts(code, isHeldOut: true));
        var keeper = Keeper();
        keeper.Prepare(_wanted, isFileNew: true, _cancellation);
        Change(new FitGate([.. Texts(law, isHeldOut: false).Select(t => new GateLesson("code", t)), .. Texts(code, isHeldOut: false).Select(t => new GateLesson("law", t))], null, 0));
        keeper.Follow(_wanted, isFileNew: false, _cancellation);
        await MoreAsync(keeper);
        await MoreAsync(keeper);
        var comparison = Prepared.GateCandidate!.Comparison!;
        Assert.True(comparison.CandidateRight < comparison.StableRight, $"{comparison}");

        var failure = Assert.Throws<RequestFailedException>(() => Change(new PromoteGate(Force: false))).Failure;

        Assert.Equal(FailureKind.Conflict, failure.Kind);
        Assert.Contains($"of {comparison.HeldOut} texts held out the stable gate chose {comparison.StableRight} right, the candidate {comparison.CandidateRight}", failure.Message, StringComparison.Ordinal);
        Change(new PromoteGate(Force: true));
    }

    [Theory]
    [InlineData(GateKind.Embeddings)]
    [InlineData(GateKind.Stacked)]
    public void Candidate_KindWithoutAnEncoder_FailsAloneAndSaysWhy(GateKind kind)
    {
        var keeper = Keeper();
        keeper.Prepare(_wanted, isFileNew: true, _cancellation);
        string before = Prepared.Gates!.Path;
        Change(new FitGate([], kind, 50));

        keeper.Follow(_wanted, isFileNew: false, _cancellation);

        Assert.Equal((before, null), (Prepared.Gates.Path, Prepared.GateCandidate));
        var failure = Assert.Single(Prepared.Failures);
        Assert.Equal((PreparedNames.GateCandidate, true), (failure.Name, failure.Reason.Contains("gate: encoder", StringComparison.Ordinal)));

        // Forced all the same, the catalogue's own kind goes on, and it is told.
        Change(new PromoteGate(Force: true));
        keeper.Follow(_wanted, isFileNew: false, _cancellation);
        Assert.Equal((before, PreparedNames.Gate), (Prepared.Gates.Path, Assert.Single(Prepared.Failures).Name));
    }

    /// <summary>Nobody's gate changes because there could have been lessons.</summary>
    [Fact]
    public void Prepare_LessonsOfNobodyThatIsThere_LeaveTheGatesAsTheyAre()
    {
        var keeper = Keeper();
        keeper.Prepare(_wanted, isFileNew: true, _cancellation);
        string before = Prepared.Gates!.Path;
        Change(new FitGate([new GateLesson("gone", "a text")], null, 0));
        Change(new PromoteGate(Force: true));

        keeper.Prepare(_wanted, isFileNew: false, _cancellation);

        Assert.Equal(before, Prepared.Gates.Path);
    }

    /// <summary>A text of an expert's examples, which a caller says is another one's.</summary>
    [Fact]
    public void Prepare_LessonAgainstAnExample_GoesBeforeIt()
    {
        Change(new FitGate([new GateLesson("code", LawTexts[0])], null, 0));
        Change(new PromoteGate(Force: true));

        Keeper().Prepare(_wanted, isFileNew: true, _cancellation);

        using var gate = RequestGate.Load(Prepared.Gates!.Check("the gates"));
        Assert.Equal("code", gate.Score(LawTexts[0]).Choice(floor: 0));
        Assert.Equal("law", gate.Score(LawTexts[1]).Choice(floor: 0));
    }

    /// <summary>The stable gate is trained anew, and the candidate that there is goes on until its own is.</summary>
    [Fact]
    public async Task Follow_CatalogueChanges_TheCandidateStaysUntilItIsTrainedAnew()
    {
        var keeper = Keeper();
        Change(new FitGate([new GateLesson("code", "zymurgy")], null, 10));
        keeper.Prepare(_wanted, isFileNew: true, _cancellation);
        await MoreAsync(keeper);
        await MoreAsync(keeper);
        string before = Prepared.GateCandidate!.Folder.Path;
        File.AppendAllText(_folder["law.txt"], "What is a tort?\n");

        keeper.Follow(_wanted, isFileNew: true, _cancellation);
        Assert.Equal(before, Prepared.GateCandidate!.Folder.Path);
        await MoreAsync(keeper);
        Assert.Equal((before, true), (Prepared.GateCandidate!.Folder.Path, Prepared.GateCandidate.Comparison is not null));
        await MoreAsync(keeper);
        Assert.NotEqual(before, Prepared.GateCandidate!.Folder.Path);
    }

    private void Change(DesiredChange change) =>
        _wanted = DesiredStateEditor.Change(_wanted, new ChangeRequest(change, "ann", "", 0), new CatalogueSnapshot(1, File.Exists(Path.Combine(_folder["out"], PreparedCatalogue.FileName)) ? Prepared : Snapshots.Catalogues.Of("law", "code")), DateTimeOffset.UnixEpoch);

    /// <summary>Held out are those of the smallest hashes: of forty such texts and forty others the first.</summary>
    private static IEnumerable<string> Texts(string words, bool isHeldOut)
    {
        string[] all = words.Split(' ');
        return Enumerable.Range(0, 1_000)
            .Select(i => $"What of the {all[i % all.Length]} and the {all[(i + 1 + (i / all.Length)) % all.Length]} {i}?")
            .Where(text => SHA256.HashData(Encoding.UTF8.GetBytes(text))[7] < 0x80 == isHeldOut)
            .Take(40);
    }

    private async Task MoreAsync(CatalogueKeeper keeper)
    {
        await keeper.More.WaitAsync(_cancellation);
        keeper.Follow(_wanted, isFileNew: false, _cancellation);
    }

    private CatalogueKeeper Keeper() => new(
        _folder["experts.yaml"],
        new CataloguePreparer(_folder["cache"], _folder["out"], _progress.Add),
        new SpecFolders([_folder["api"]], _folder["examples"]),
        CatalogueKeeper.UsualForgetAfter,
        TimeProvider.System);
}

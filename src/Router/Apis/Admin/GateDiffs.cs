using System.Globalization;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Planning;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>What the gate that plans and the candidate for its place say of texts. One caller at a time: requests need the cores.</summary>
internal sealed class GateDiffs(RoutingStates states, RouterOptions options) : IDisposable
{
    public const int MostTexts = 1_000;

    private const int Shown = 3;

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <exception cref="RequestFailedException">A text is none, or there are not two gates.</exception>
    public async Task<DiffGatesResponse> OfAsync(DiffGatesRequest request, CancellationToken cancellation)
    {
        if (request.Texts.Count is 0 or > MostTexts)
        {
            throw new RequestFailedException(Failure.Invalid("texts", $"texts has {request.Texts.Count} entries; it must have 1 to {MostTexts}"));
        }

        for (int i = 0; i < request.Texts.Count; i++)
        {
            if (request.Texts[i].Length is 0 or > DesiredLimits.LessonLength)
            {
                string field = string.Create(CultureInfo.InvariantCulture, $"texts[{i}]");
                throw new RequestFailedException(Failure.Invalid(field, $"{field} has {request.Texts[i].Length} characters; it must have 1 to {DesiredLimits.LessonLength}"));
            }
        }

        await _one.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => Compare(request.Texts, cancellation), cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private DiffGatesResponse Compare(IEnumerable<string> texts, CancellationToken cancellation)
    {
        var state = states.Enter();
        try
        {
            if (state.Value is not { Gate: { } stable, Candidate: { } candidate })
            {
                throw new RequestFailedException(new Failure(FailureKind.Conflict, "this router has no candidate beside the gate that plans", "gate"));
            }

            var response = new DiffGatesResponse();
            foreach (string text in texts)
            {
                cancellation.ThrowIfCancellationRequested();
                response.Differences.Add(Compare(stable.Score(text), candidate.Gate.Score(text)));
            }

            return response;
        }
        catch (GateRunException error)
        {
            throw new RequestFailedException(FailureKind.Internal, $"a gate failed at a text: {error.Message}");
        }
        finally
        {
            state.Leave();
        }
    }

    private GateDifference Compare(GateScores stable, GateScores candidate) => new()
    {
        Stable = stable.Choice(options.GateFloor),
        Candidate = candidate.Choice(options.GateFloor),
        StableScores = { Likeliest(stable) },
        CandidateScores = { Likeliest(candidate) },
    };

    private static IEnumerable<GateScore> Likeliest(GateScores scores) => scores.Ranked.Take(Shown).Select(c => new GateScore { Name = c.Name, Probability = c.Probability });
}

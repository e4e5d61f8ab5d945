using System.Text;
using ExpertCluster.Drills.Support;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Drills.Soak;

/// <summary>A client that streams all the while: any router, any name, greedy or seeded, short or long; it judges each answer by what the book says.</summary>
internal sealed class SoakClient(Random draw, IReadOnlyList<RouterClient> routers, SoakBook book, SoakReport report)
{
    private const string Auto = "auto";
    private const int Seeds = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    private static readonly string[] Prompts =
    [
        "Which court decides on the Kolar lease?", "Who audits Lonfunr Ltd?", "From which module comes the function skobrur_fn?",
        "What is the daily dose of dizenskin?", "State the technique behind alert MOGAR.", "Good morning.",
    ];

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>Until it is told to stop; what streams then ends by itself.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await AskAsync();
            await Task.Delay(Pause, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AskAsync()
    {
        string model = draw.Next(3) == 0 ? Auto : draw.Pick(book.Names);
        var (key, request) = Draw(model);
        string? version = draw.Next(4) switch { 0 => "canary", 1 => "stable", _ => null };
        var router = draw.Pick(routers);
        var before = book.Of(model);
        CompleteChunk? last = null;
        Plan? plan = null;
        var text = new StringBuilder();
        int resumes = 0;
        try
        {
            using var call = router.Completions.Complete(request, version is null ? [] : new Metadata { { "x-expertcluster-version", version } }, cancellationToken: _cancellation);
            while (await call.ResponseStream.MoveNext(_cancellation))
            {
                last = call.ResponseStream.Current;
                if (plan is null)
                {
                    plan = last.Plan;
                    Judge(model, before, plan);
                }
                else if (last.Plan is not null)
                {
                    resumes++;
                }

                text.Append(last.Text);
            }
        }
        catch (RpcException error)
        {
            _cancellation.ThrowIfCancellationRequested();
            JudgeRefusal(model, router, before, plan, error.Status);
            return;
        }

        if (last is null or { FinishReason: FinishReason.Unspecified })
        {
            report.Fail($"{model} by {router.Router.Name} ended without a reason");
            return;
        }

        report.End(resumes);
        report.Compare($"{key} {Streams.Key(plan!)}", text.ToString());
    }

    /// <summary>What answers must be what the name stood for all the while.</summary>
    private void Judge(string model, Standing? before, Plan plan)
    {
        if (model != Auto && before == book.Of(model))
        {
            if (before!.Presence == Presence.Gone)
            {
                report.Fail($"{model} is gone, and {plan.Host} answered");
            }
            else if (before.Presence == Presence.Served && !before.Revisions.Contains(plan.Experts[0].Revision))
            {
                report.Fail($"{model} is {string.Join(" or ", before.Revisions)}, and {plan.Host} answered with {plan.Experts[0].Revision}");
            }
        }
    }

    private void JudgeRefusal(string model, RouterClient router, Standing? before, Plan? plan, Status status)
    {
        bool isMissed = plan is null && status.StatusCode == StatusCode.NotFound && model != Auto;
        if (isMissed && (before!.Presence != Presence.Served || before != book.Of(model)))
        {
            report.Refuse();
        }
        else
        {
            report.Fail($"{model} by {router.Router.Name} {(plan is null ? "was refused" : $"was lost on {plan.Host}")}: {status.StatusCode} {status.Detail}");
        }
    }

    /// <summary>One of so few that each comes again.</summary>
    private (string Key, CompleteRequest Request) Draw(string model)
    {
        int prompt = draw.Next(Prompts.Length);
        ulong seed = (ulong)draw.Next(Seeds);
        if (draw.Next(5) == 0)
        {
            return ($"{model} long {seed}", Streams.Long(model, seed));
        }

        var request = Requests.Chat(model, Prompts[prompt], 48);
        request.Sampling.Temperature = seed == 0 ? 0 : 1;
        request.Sampling.Seed = seed;
        return ($"{model} {prompt} {seed}", request);
    }
}

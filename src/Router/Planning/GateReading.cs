using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating;
using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Planning;

/// <summary>What the gate says of texts, without anybody answering them: no rule, load or candidate has a part in it.</summary>
internal sealed class GateReading(RoutingStates states, RouterOptions options)
{
    /// <summary>One gate for all of them, whatever becomes of the catalogue meanwhile.</summary>
    /// <param name="requests">Of each a prompt or messages.</param>
    /// <param name="cancellation">Between two of them.</param>
    /// <exception cref="RequestFailedException">There is no gate, or it fails at a text.</exception>
    public GateAnswers Read(IReadOnlyList<CompletionRequest> requests, CancellationToken cancellation)
    {
        var state = states.Enter();
        try
        {
            var gate = state.Value.Gate ?? throw new RequestFailedException(
                FailureKind.InvalidArgument, "model is auto, but no expert of this catalogue has examples, keywords or what else its gate learns from", "model");
            List<GateScores> answers = [];
            foreach (var request in requests)
            {
                cancellation.ThrowIfCancellationRequested();
                answers.Add(ConversationScores.Of(gate.ScoreAll, GateText.Turns(request)));
            }

            return new GateAnswers(answers, options.GateFloor, state.Value.GateRevision);
        }
        catch (GateRunException error)
        {
            throw new RequestFailedException(FailureKind.Internal, $"the gate failed: {error.Message}", "input");
        }
        finally
        {
            state.Leave();
        }
    }
}

/// <param name="Scores">In the order of what was asked.</param>
/// <param name="Floor">Of the router's options, in place of the gate's own; null: the gate's own.</param>
/// <param name="Revision">Of the gate's training; empty where it was not trained.</param>
internal sealed record GateAnswers(IReadOnlyList<GateScores> Scores, double? Floor, string Revision);

using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Reference;

/// <summary>
/// The oracle: a forward pass of every supported family, written for the reader, one token at a time, float32 weights and
/// double precision in between. Nothing here is shared with the graphs, with the runtime's operators, or with what reads a
/// checkpoint; only adapters come in the layout that the product gives them.
/// </summary>
public sealed class ReferenceModel(ReferenceWeights weights)
{
    public ModelShape Shape => weights.Config.Shape;

    public static ReferenceModel Load(string checkpointDirectory) => new(ReferenceWeights.Load(checkpointDirectory));

    /// <summary>A new sequence with an empty cache.</summary>
    public ReferenceSequence Begin() => new(weights);

    /// <summary>The logits after every token, [tokens][vocabulary].</summary>
    /// <param name="tokens">The sequence from position 0 on.</param>
    /// <param name="mixAtPosition">The adapters of each position; null is the base.</param>
    public float[][] Logits(IReadOnlyList<int> tokens, Func<int, IReadOnlyList<AdapterShare>>? mixAtPosition = null)
    {
        var sequence = Begin();
        return [.. tokens.Select((token, position) => sequence.Step(token, mixAtPosition?.Invoke(position)))];
    }

    /// <summary>
    /// Up to <paramref name="count"/> tokens after the prompt, each the most likely (the lowest id of equal ones). Ends
    /// early with a token of <paramref name="endTokens"/>, which is included.
    /// </summary>
    public IReadOnlyList<int> GreedyTokens(
        IReadOnlyList<int> prompt,
        int count,
        Func<int, IReadOnlyList<AdapterShare>>? mixAtPosition = null,
        IReadOnlyCollection<int>? endTokens = null)
    {
        var sequence = Begin();
        float[] logits = [];
        foreach (int token in prompt)
        {
            logits = sequence.Step(token, mixAtPosition?.Invoke(sequence.Position));
        }

        List<int> answer = [];
        while (answer.Count < count)
        {
            int token = Array.IndexOf(logits, logits.Max());
            answer.Add(token);
            if (answer.Count == count || endTokens?.Contains(token) == true)
            {
                break;
            }

            logits = sequence.Step(token, mixAtPosition?.Invoke(sequence.Position));
        }

        return answer;
    }
}

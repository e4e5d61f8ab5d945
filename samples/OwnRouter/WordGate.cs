using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Samples.OwnRouter;

/// <summary>
/// A gate that needs no training: an expert's score is the number of words of its name and description that the text has. In use
/// where ExpertCluster:Policies:Gate is "words".
/// </summary>
public sealed class WordGate : IGateKind
{
    private static readonly char[] Separators = [' ', ',', '.', ';', ':', '?', '!', '\n'];

    public string Name => "words";

    public IRequestGate Open(GateInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new Gate(inputs.Experts);
    }

    private static HashSet<string> WordsOf(string text) =>
        text.Split(Separators, StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private sealed class Gate(IReadOnlyList<RoutableExpert> experts) : IRequestGate
    {
        private readonly (RoutableExpert Expert, HashSet<string> Words)[] _experts = [.. experts.Select(e => (e, WordsOf($"{e.Name} {e.Description}")))];

        public GateScores Score(string text)
        {
            var asked = WordsOf(text);

            // One for everybody, so that a text without a known word leaves them alike.
            int[] hits = [.. _experts.Select(e => 1 + e.Words.Count(asked.Contains))];
            double sum = hits.Sum();
            return new GateScores
            {
                Ranked = [.. _experts.Zip(hits, (e, n) => new ScoredClass(e.Expert.Name, n / sum)).OrderByDescending(c => c.Probability)],
                Generalist = _experts.FirstOrDefault(e => e.Expert.IsGeneralist).Expert?.Name ?? "",
                Floor = 0,
            };
        }
    }
}

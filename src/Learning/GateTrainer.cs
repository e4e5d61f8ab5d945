using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Embeddings;

namespace ExpertCluster.Learning;

/// <summary>Teaches a catalogue's gates from examples: seconds for a handful of experts, the same bytes for the same input.</summary>
public static class GateTrainer
{
    /// <summary>
    /// Trains the request gate and a token gate for every base that has an encoding, and replaces <paramref name="directory"/>
    /// with them: request/ and token/BASE/, each with gate.onnx and gate.json.
    /// </summary>
    /// <exception cref="ArgumentException">The options or the set break a limit; the message lists every failure.</exception>
    /// <exception cref="ExpertCluster.Gating.GateFormatException">The encoder is none, or one that is not let in.</exception>
    /// <param name="set">What there is to learn.</param>
    /// <param name="directory">Replaced.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="put">Gives a file of the encoder a second place; null: copies it.</param>
    public static GateTrainingReport Train(GateTrainingSet set, string directory, GateTrainingOptions? options = null, Action<string, string>? put = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        options ??= new GateTrainingOptions();
        Require(GateTrainingValidator.Validate(options), nameof(options));
        Require(GateTrainingValidator.Validate(set), nameof(set));

        List<(string Path, GateModel Model)> gates = [(GateFiles.RequestFolder, Request(set, options))];
        foreach ((string name, var chat) in set.Encodings.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            if (set.Experts.Any(e => e.Base == name && set.CanTeach(e)))
            {
                gates.Add((Path.Combine(GateFiles.TokenFolder, name), Token(set, name, chat, options)));
            }
        }

        AtomicFolder.Write(directory, stage =>
        {
            gates.ForEach(g => GateFiles.Write(Path.Combine(stage, g.Path), g.Model));
            if (set.Kind != GateKind.Ngrams)
            {
                SentenceEncoder.Place(set.Encoder!, Path.Combine(stage, GateFiles.RequestFolder, GateFiles.EncoderFolder), put);
            }
        });
        return new GateTrainingReport([.. gates.Select(g => Report(g.Path, g.Model.Metadata))]);
    }

    internal static GateModel Request(GateTrainingSet set, GateTrainingOptions options) =>
        RequestTrainings.Of(set.Kind).Train(GateClass.OfRequest(set), set, options);

    internal static GateModel Token(GateTrainingSet set, string @base, ChatEncoding chat, GateTrainingOptions options)
    {
        var classes = GateClass.OfBase(set, @base);
        return NgramTeacher.Teach(
            classes, options, options.TokenBuckets, (pool, seed) => TokenSamples.Draw(pool, chat, options, seed),
            NgramTraining.Metadata(classes, GateMetadata.TokenKind, options.TokenBuckets) with { Window = options.Window, Recent = options.Recent });
    }

    private static TrainedGate Report(string path, GateMetadata gate) =>
        new(path, gate.Classes, gate.Samples, gate.HeldOutAccuracy, gate.Temperature, gate.Floor)
        {
            HeldOut = gate.HeldOut,
            OutOfFieldRefused = gate.OutOfFieldRefused,
            InFieldLost = gate.InFieldLost,
        };

    private static void Require(IReadOnlyList<string> failures, string parameter)
    {
        if (failures.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", failures), parameter);
        }
    }
}

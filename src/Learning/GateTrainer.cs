using ExpertCluster.Gating;
using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Embeddings;
using ExpertCluster.Gating.Scoring;

namespace ExpertCluster.Learning;

/// <summary>Teaches a catalogue's gates from examples: seconds for a handful of experts, the same bytes for the same input and the same earlier gates.</summary>
public static class GateTrainer
{
    /// <summary>
    /// Trains the request gate and a token gate for every base that has an encoding, and replaces <paramref name="directory"/>
    /// with them: request/ and token/BASE/.
    /// </summary>
    /// <exception cref="ArgumentException">The options or the set break a limit; the message lists every failure.</exception>
    /// <exception cref="GateFormatException">The encoder is none, or one that is not let in.</exception>
    /// <param name="set">What there is to learn.</param>
    /// <param name="directory">Replaced.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="put">Gives a file a second place; null: copies it.</param>
    /// <param name="earlier">Gates that were trained before: token gates whose base has nothing new are kept, and of a request gate of many experts the few that are new or
    /// changed are learned beside the others. Null: all is learned.</param>
    public static GateTrainingReport Train(
        GateTrainingSet set, string directory, GateTrainingOptions? options = null, Action<string, string>? put = null, EarlierGates? earlier = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        options ??= new GateTrainingOptions();
        Require(GateTrainingValidator.Validate(options), nameof(options));
        Require(GateTrainingValidator.Validate(set), nameof(set));

        var request = (earlier is null ? null : NgramExtension.Train(earlier, set, options)) ?? Request(set, options);
        List<(string Path, GateModel Model)> gates = [(GateFiles.RequestFolder, request)];
        var followUps = FollowUpTraining.Teach(set, options);
        List<(string Path, GateMetadata Gate)> kept = [];
        foreach ((string name, var chat) in set.Encodings.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            string path = Path.Combine(GateFiles.TokenFolder, name);
            if (earlier?.TokenGates.Contains(name) == true && Kept(Path.Combine(earlier.Folder, path)) is { } gate)
            {
                kept.Add((path, gate));
            }
            else if (set.Experts.Any(e => e.Base == name && set.CanTeach(e)))
            {
                gates.Add((path, Token(set, name, chat, options)));
            }
        }

        AtomicFolder.Write(directory, stage =>
        {
            gates.ForEach(g => GateFiles.Write(Path.Combine(stage, g.Path), g.Model));
            GateFiles.Write(Path.Combine(stage, GateFiles.RequestFolder, FollowUpSense.Folder), followUps);
            kept.ForEach(k => GateFiles.Place(Path.Combine(earlier!.Folder, k.Path), Path.Combine(stage, k.Path), put));
            if (set.Kind != GateKind.Ngrams)
            {
                SentenceEncoder.Place(set.Encoder!, Path.Combine(stage, GateFiles.RequestFolder, GateFiles.EncoderFolder), put, set.Kind == GateKind.Classifier);
            }
        });
        return new GateTrainingReport([.. gates.Select(g => Report(g.Path, g.Model.Metadata)), .. kept.Select(k => Report(k.Path, k.Gate))]);
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

    /// <returns>Null: it can't be kept.</returns>
    private static GateMetadata? Kept(string folder)
    {
        try
        {
            return GateFiles.ReadMetadata(folder, GateMetadata.TokenKind);
        }
        catch (GateFormatException)
        {
            return null;
        }
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

using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Learning;

/// <summary>Teaches a catalogue's gates from examples: seconds for a handful of experts, the same bytes for the same input.</summary>
public static class GateTrainer
{
    /// <summary>
    /// Trains the request gate and a token gate for every base that has an encoding, and replaces <paramref name="directory"/>
    /// with them: request/ and token/BASE/, each with gate.onnx and gate.json.
    /// </summary>
    /// <exception cref="ArgumentException">The options or the set break a limit; the message lists every failure.</exception>
    public static GateTrainingReport Train(GateTrainingSet set, string directory, GateTrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        options ??= new GateTrainingOptions();
        Require(GateTrainingValidator.Validate(options), nameof(options));
        Require(GateTrainingValidator.Validate(set), nameof(set));

        List<(string Path, GateModel Model)> gates = [(GateFiles.RequestFolder, Request(set, options))];
        foreach ((string name, var chat) in set.Encodings.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            if (set.Experts.Any(e => e.Base == name && e.CanBeTaught))
            {
                gates.Add((Path.Combine(GateFiles.TokenFolder, name), Token(set, name, chat, options)));
            }
        }

        AtomicFolder.Write(directory, stage => gates.ForEach(g => GateFiles.Write(Path.Combine(stage, g.Path), g.Model)));
        return new GateTrainingReport([.. gates.Select(g => Report(g.Path, g.Model.Metadata))]);
    }

    internal static GateModel Request(GateTrainingSet set, GateTrainingOptions options)
    {
        var classes = GateClass.OfRequest(set);
        return Teach(classes, options, options.RequestBuckets, (pool, seed) => RequestSamples.Draw(pool, options, seed), new GateMetadata
        {
            Kind = GateMetadata.RequestKind,
            Classes = [.. classes.Select(c => c.Name)],
            Generalist = classes.First(c => c.IsGeneralist).Name,
            Buckets = options.RequestBuckets,
            Temperature = 1,
            Floor = 0,
        });
    }

    internal static GateModel Token(GateTrainingSet set, string @base, ChatEncoding chat, GateTrainingOptions options)
    {
        var classes = GateClass.OfBase(set, @base);
        return Teach(classes, options, options.TokenBuckets, (pool, seed) => TokenSamples.Draw(pool, chat, options, seed), new GateMetadata
        {
            Kind = GateMetadata.TokenKind,
            Classes = [.. classes.Select(c => c.Name)],
            Generalist = classes.First(c => c.IsGeneralist).Name,
            Buckets = options.TokenBuckets,
            Window = options.Window,
            Recent = options.Recent,
            Temperature = 1,
            Floor = 0,
        });
    }

    /// <summary>
    /// 1. Learns from most of the examples. 2. Chooses temperature and floor on the rest. 3. Learns again, from all.
    /// </summary>
    private static GateModel Teach(
        IReadOnlyList<GateClass> classes,
        GateTrainingOptions options,
        int buckets,
        Func<ExamplePool, ulong, List<TrainingSample>> draw,
        GateMetadata metadata)
    {
        // 1.
        (var learn, var check) = ExamplePool.Split(classes, options);
        var first = Fit(draw(learn, options.Seed), out _);

        // 2.
        var calibration = Calibration.Choose(first, draw(check, options.Seed + 1), classes);

        // 3.
        var all = draw(ExamplePool.All(classes), options.Seed);
        var last = Fit(all, out float[] inverse);
        return new GateModel(
            metadata with
            {
                Temperature = calibration.Temperature,
                Floor = calibration.Floor,
                HeldOutAccuracy = calibration.Accuracy,
                Samples = all.Count,
            },
            last.Weights, last.Bias, inverse);

        SoftmaxRegression Fit(List<TrainingSample> samples, out float[] inverse)
        {
            inverse = InverseFrequency.Of(samples, buckets);
            SoftmaxRegression model = new(buckets, classes.Count, inverse);
            model.Fit(samples, options);
            return model;
        }
    }

    private static TrainedGate Report(string path, GateMetadata gate) =>
        new(path, gate.Classes, gate.Samples, gate.HeldOutAccuracy, gate.Temperature, gate.Floor);

    private static void Require(IReadOnlyList<string> failures, string parameter)
    {
        if (failures.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", failures), parameter);
        }
    }
}

using System.Numerics.Tensors;
using ExpertCluster.Gating.Embeddings;

namespace ExpertCluster.Learning;

/// <summary>What there is to learn of each class, as vectors. Everyday texts are those of all generalists.</summary>
internal sealed class EmbeddedClasses
{
    /// <summary>Of a class. More teach little more, and each costs milliseconds.</summary>
    private const int MostPrompts = 300;
    private const int MostEveryday = 1_024;

    private EmbeddedClasses(int width, IReadOnlyList<GateClass> classes) => (Width, Classes) = (width, classes);

    public int Width { get; }

    public IReadOnlyList<GateClass> Classes { get; }

    /// <summary>By class; empty for a generalist.</summary>
    public required float[][][] Hints { get; init; }

    /// <inheritdoc cref="Hints"/>
    public required string[][] Texts { get; init; }

    /// <summary>Those of the texts.</summary>
    public required float[][][] Prompts { get; init; }

    public required float[][] Everyday { get; init; }

    public required string[] EverydayTexts { get; init; }

    public static EmbeddedClasses Of(IReadOnlyList<GateClass> classes, SentenceReader reader, ulong seed)
    {
        string[][] hints = [.. classes.Select(c => c.IsGeneralist ? [] : c.Hints.ToArray())];
        string[][] texts = [.. classes.Select(c => c.IsGeneralist ? [] : Some(c.Prompts, MostPrompts, seed))];
        string[] everyday = Some([.. classes.Where(c => c.IsGeneralist).SelectMany(c => c.Examples).Select(e => e.Prompt)], MostEveryday, seed);
        string[] all = [.. hints.Concat(texts).SelectMany(t => t).Concat(everyday)];
        float[] vectors = reader.Read(all);
        int next = 0;
        return new EmbeddedClasses(reader.Width, classes)
        {
            Hints = [.. hints.Select(Take)],
            Texts = texts,
            Prompts = [.. texts.Select(Take)],
            Everyday = Take(everyday),
            EverydayTexts = everyday,
        };

        float[][] Take(string[] of)
        {
            float[][] taken = new float[of.Length][];
            for (int i = 0; i < taken.Length; i++, next++)
            {
                taken[i] = vectors[(next * reader.Width)..((next + 1) * reader.Width)];
            }

            return taken;
        }
    }

    /// <summary>The mean of some vectors, at length 1; zeros where there are none.</summary>
    public float[] Centre(IEnumerable<float[]> vectors)
    {
        float[] sum = new float[Width];
        foreach (float[] vector in vectors)
        {
            TensorPrimitives.Add(sum, vector, sum);
        }

        float length = TensorPrimitives.Norm<float>(sum);
        if (length > 0)
        {
            TensorPrimitives.Divide(sum, length, sum);
        }

        return sum;
    }

    private static string[] Some(IReadOnlyList<string> texts, int most, ulong seed)
    {
        string[] distinct = [.. texts.Distinct(StringComparer.Ordinal)];
        new DeterministicRandom(seed).Shuffle(distinct.AsSpan());
        return distinct[..Math.Min(most, distinct.Length)];
    }
}

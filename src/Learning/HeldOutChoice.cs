using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Scoring;

namespace ExpertCluster.Learning;

/// <summary>Temperature and floor by what a gate said of examples that it had not learned, and what the floor costs.</summary>
/// <param name="Temperature">Divides the logits.</param>
/// <param name="Floor">Least probability of the likeliest expert.</param>
/// <param name="Accuracy">Share of the experts' examples whose expert came first.</param>
/// <param name="Samples">Of the experts.</param>
/// <param name="Refused">Share of the generalists' examples that the generalist answers.</param>
/// <param name="Lost">Share of the experts' examples that it answers as well.</param>
internal readonly record struct HeldOutChoice(double Temperature, double Floor, double Accuracy, int Samples, double Refused, double Lost)
{
    /// <summary>Share of what is of no field that the generalist shall answer.</summary>
    private const double RefusedTarget = 0.95;

    /// <summary>Share of the experts' text that this may cost.</summary>
    private const double LostMost = 0.05;

    /// <summary>Below as many examples what is usual says more than they do.</summary>
    private const int Enough = 30;

    /// <summary>Of 1 to 6 the one that told best (docs/routing.md); beyond 3 it hardly matters.</summary>
    private const double Softness = 4;

    /// <summary>Share of the experts' text that goes to the generalist whatever the floor: what is less sure keeps its expert in front, below the floor.</summary>
    private const double GivenAway = 0.01;

    private const double LeastSpread = 0.02;
    private const double Steepness = 4;
    private const double Coldest = 0.05;
    private const double Hottest = 5;

    /// <summary>How text of no field is told; null where too little was held out to say.</summary>
    public FieldMetadata? Field { get; init; }

    /// <param name="samples">All that was held out.</param>
    /// <param name="classes">In the order of the logits.</param>
    /// <param name="usual">Temperature where nothing was held out; what the samples say is drawn to it where they are few.</param>
    public static HeldOutChoice Make(IReadOnlyList<ScoredSample> samples, IReadOnlyList<GateClass> classes, double usual)
    {
        ScoredSample[] experts = [.. samples.Where(s => !classes[s.Of].IsGeneralist)];
        double temperature = usual;
        if (experts.Length > 0)
        {
            double own = GoldenSection.Minimum(Coldest, Hottest, t => Loss(experts, t));
            temperature = Math.Exp(((experts.Length * Math.Log(own)) + (Enough * Math.Log(usual))) / (experts.Length + Enough));
        }

        return At(temperature, samples, classes);
    }

    /// <inheritdoc cref="Make"/>
    public static HeldOutChoice At(double temperature, IReadOnlyList<ScoredSample> samples, IReadOnlyList<GateClass> classes)
    {
        ScoredSample[] experts = [.. samples.Where(s => !classes[s.Of].IsGeneralist)];
        ScoredSample[] everyday = [.. samples.Where(s => classes[s.Of].IsGeneralist)];
        bool[] isGeneralist = [.. classes.Select(c => c.IsGeneralist)];
        var field = FieldOf(experts, isGeneralist, temperature);
        var inField = experts.Select(s => Judge(s, isGeneralist, temperature, field)).ToList();
        var outside = everyday.Select(s => Judge(s, isGeneralist, temperature, field).Confidence).Order().ToList();
        double target = outside.Count == 0 ? 0 : outside[Math.Min(outside.Count - 1, (int)(RefusedTarget * outside.Count))];
        double[] confidences = [.. inField.Select(j => j.Confidence).Order()];
        double most = confidences.Length == 0 ? 1 : confidences[(int)(LostMost * confidences.Length)];
        double floor = Math.Clamp(Math.Min(target, most), Math.Min(0.5, 1.1 / classes.Count), 0.5);
        return new HeldOutChoice(
            temperature, floor, Share(inField, j => j.IsRight), inField.Count, Share(outside, c => c < floor), Share(inField, j => j.Confidence < floor))
        {
            Field = field,
        };
    }

    /// <summary>The negative logarithm of the likelihood, a sample.</summary>
    public static double Loss(IReadOnlyList<ScoredSample> samples, double temperature)
    {
        double loss = 0;
        foreach (var sample in samples)
        {
            double largest = sample.Logits.Max() / temperature;
            loss += largest + Math.Log(sample.Logits.Sum(l => Math.Exp((l / temperature) - largest))) - (sample.Logits[sample.Of] / temperature);
        }

        return samples.Count == 0 ? 0 : loss / samples.Count;
    }

    /// <summary>Half of what is as unsure as the least sure of the experts' own text counts as of no field, and little of what is as sure as most of it.</summary>
    private static FieldMetadata? FieldOf(ScoredSample[] experts, bool[] isGeneralist, double temperature)
    {
        if (experts.Length < Enough)
        {
            return null;
        }

        double[] sure = [.. experts.Select(s => FieldSense.Sureness(Array.ConvertAll(s.Logits, l => (float)(l / temperature)), isGeneralist, Softness)).Order()];
        double middle = sure[(int)(GivenAway * sure.Length)];
        return new FieldMetadata { Softness = Softness, Middle = middle, Spread = Math.Max(LeastSpread, (sure[sure.Length / 2] - middle) / Steepness) };
    }

    /// <summary>Whether the right class comes first, and the probability of the likeliest expert: 0 where a generalist comes first.</summary>
    public static (bool IsRight, double Confidence) Judge(ScoredSample sample, bool[] isGeneralist, double temperature, FieldMetadata? field = null)
    {
        float[] p = Array.ConvertAll(sample.Logits, l => (float)(l / temperature));
        float share = field is null ? 1 : FieldSense.Of(p, isGeneralist, field);
        SoftmaxRegression.Softmax(p, 1);
        FieldSense.Apply(p, isGeneralist, Array.IndexOf(isGeneralist, true), share);
        int first = Array.IndexOf(p, p.Max());
        return (first == sample.Of, isGeneralist[first] ? 0 : p[first]);
    }

    private static double Share<T>(List<T> of, Func<T, bool> which) => of.Count == 0 ? 0 : (double)of.Count(which) / of.Count;
}

namespace ExpertCluster.Contracts.Routing;

/// <summary>A class of a gate (an expert or the generalist) and its probability.</summary>
public readonly record struct ScoredClass(string Name, double Probability);

/// <summary>What a request gate says about a text.</summary>
public sealed record GateScores
{
    /// <summary>
    /// The likeliest classes and the generalists, the likeliest first, ties in the gate's own order. A gate of thousands leaves out those that no plan would
    /// name; the probabilities sum to 1 with <see cref="Rest"/>.
    /// </summary>
    public required IReadOnlyList<ScoredClass> Ranked { get; init; }

    /// <summary>The class that answers where no expert knows.</summary>
    public required string Generalist { get; init; }

    /// <summary>Least probability that the likeliest expert must have; learned when the gate was trained.</summary>
    public required double Floor { get; init; }

    /// <summary>
    /// Probability, 0 to 1, that the text says nothing by itself, as it goes on with what was said before ("and the second one?"); <see cref="Ranked"/> is for
    /// when it does. 0: a gate that knows nothing of it.
    /// </summary>
    public double FollowUp { get; init; }

    /// <summary>Probability of all classes that are not <see cref="Ranked"/>. 0: none was left out.</summary>
    public double Rest { get; init; }

    /// <summary>Of the distribution, in nats: 0 when certain, ln(classes) when the gate knows nothing. What is not ranked counts as one class.</summary>
    public double Entropy => Ranked.Select(c => c.Probability).Append(Rest).Where(p => p > 0).Sum(p => -p * Math.Log(p));

    /// <summary>Who answers by this alone: the likeliest class, or the generalist where no expert reaches the floor.</summary>
    /// <param name="floor">In place of <see cref="Floor"/>.</param>
    public string Choice(double? floor = null) => Ranked.Count > 0 && Ranked[0] is var first && first.Probability >= (floor ?? Floor) ? first.Name : Generalist;

    /// <summary>The probability of a class; 0 for one that the gate was not taught, or did not rank.</summary>
    public double Of(string name) => Ranked.FirstOrDefault(c => c.Name == name).Probability;
}

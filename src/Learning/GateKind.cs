namespace ExpertCluster.Learning;

/// <summary>How a request gate works.</summary>
public enum GateKind
{
    /// <summary>Hashed n-grams: microseconds, and nothing beside the examples is needed.</summary>
    Ngrams,

    /// <summary>What a text means, by a sentence encoder: milliseconds, and a description is enough.</summary>
    Embeddings,

    /// <summary>N-grams where they are sure, else both.</summary>
    Stacked,

    /// <summary>A classifier of the user's own, whose labels are experts: what it says is calibrated, and nothing of it is taught.</summary>
    Classifier,
}

namespace ExpertCluster.Inference.Kernels.Elements;

/// <summary>A number of the stacks of adapters. The factors take its unit out again.</summary>
internal interface IAdapterElement : IStoredNumber
{
    /// <summary>What a row is multiplied with before it meets loaded numbers of A. 1: it is used as it lies.</summary>
    static abstract float InputFactor { get; }

    /// <summary>What a product of the two is multiplied with to be what it stands for.</summary>
    static abstract float ProductFactor { get; }

    /// <summary>What products are multiplied with before they meet loaded numbers of B.</summary>
    static abstract float OutputFactor { get; }
}

namespace ExpertCluster.Fuzz.Engine;

/// <summary>Something of the product that reads what others wrote. One instance fuzzes on one thread.</summary>
internal abstract class FuzzTarget
{
    /// <summary>Of the target's folder below Corpus, and of its test.</summary>
    public abstract string Name { get; }

    /// <summary>Inputs in CI: some seconds' worth.</summary>
    public abstract int Executions { get; }

    /// <summary>Bytes of an input.</summary>
    public virtual int LongestInput => 1 << 14;

    /// <summary>Bytes that an input of so many may make the product allocate.</summary>
    public abstract long MostAllocated(int length);

    /// <summary>Of the processor, for one input.</summary>
    public virtual double MostSeconds => 5;

    /// <summary>Whether messages are for whoever runs the machine, who may be told a path.</summary>
    public virtual bool MayNamePaths => false;

    /// <summary>Inputs that the product takes, or nearly: where mutation begins.</summary>
    public abstract IEnumerable<byte[]> Seeds();

    /// <summary>Words that inputs of this kind are made of.</summary>
    public virtual IReadOnlyList<string> Words => [];

    /// <summary>Whether inputs are JSON documents, which are changed as trees too.</summary>
    public virtual bool IsJson => false;

    /// <summary>An input by the grammar of its kind; null: there is no grammar.</summary>
    public virtual byte[]? Generate(Random random) => null;

    /// <summary>Gives an input to the product. What it throws beside its typed failures is a fault.</summary>
    public abstract Outcome Run(byte[] input);
}

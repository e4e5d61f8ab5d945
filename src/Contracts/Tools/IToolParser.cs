namespace ExpertCluster.Contracts.Tools;

/// <summary>How a family of models writes calls of tools. Thread-safe; a base's is found by its name.</summary>
public interface IToolParser : IPolicy
{
    /// <summary>Special tokens that it needs to see: other ones give no text.</summary>
    IReadOnlyList<string> Marks { get; }

    /// <summary>Whether the family's templates take no ids of calls but such of nine letters and digits.</summary>
    bool HasShortIds => false;

    /// <param name="tools">Names that can be called.</param>
    /// <returns>The reader of one answer.</returns>
    IToolReader Start(IReadOnlySet<string> tools);
}

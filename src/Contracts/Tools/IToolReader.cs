namespace ExpertCluster.Contracts.Tools;

/// <summary>Reads one answer as it comes. What is no call is text, to the last character; only blanks around calls may go.</summary>
public interface IToolReader
{
    /// <param name="text">More of the answer, however tokens cut it.</param>
    /// <param name="pieces">Gets what is certain now.</param>
    void Append(string text, ICollection<ToolPiece> pieces);

    /// <summary>The answer has ended.</summary>
    /// <param name="pieces">Gets what was held back.</param>
    void End(ICollection<ToolPiece> pieces);
}

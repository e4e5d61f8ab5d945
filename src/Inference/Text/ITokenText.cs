namespace ExpertCluster.Inference.Text;

/// <summary>Turns the tokens of one sequence into text, piece by piece; one instance a sequence.</summary>
public interface ITokenText
{
    /// <summary>The text that became complete with this token: never half a character, so it may be empty.</summary>
    string Append(int token);

    /// <summary>What is left at the end.</summary>
    string Flush();
}

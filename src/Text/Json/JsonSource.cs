namespace ExpertCluster.Text.Json;

/// <summary>The file that values come from, and how its readers refuse.</summary>
/// <param name="file">As errors name it.</param>
/// <param name="refuse">Makes the exception of whoever reads.</param>
internal sealed class JsonSource(string file, JsonRefusal refuse)
{
    public string File => file;

    public Exception Error(string place, string problem, Exception? inner = null) => refuse(file, place, problem, inner);
}

/// <param name="file">The file.</param>
/// <param name="place">The field in it; empty for the file's own value.</param>
/// <param name="problem">Says the limit and what there is.</param>
/// <param name="inner">What it was found by.</param>
internal delegate Exception JsonRefusal(string file, string place, string problem, Exception? inner);

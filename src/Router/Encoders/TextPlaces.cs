using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Encoders;

/// <summary>
/// Which text a failure means, as whoever is told of it counts them. A failure that means one begins with a list's name and a place in it: a host counts those of its
/// call, a router's caller those of the request, each by a name of its own.
/// </summary>
internal static class TextPlaces
{
    /// <summary>As hosts and <see cref="EncodingPipeline"/> call texts.</summary>
    public const string Inputs = "inputs";

    /// <summary>As hosts call pairs.</summary>
    public const string Pairs = "pairs";

    public const string Queries = "queries";

    public const string Documents = "documents";

    /// <param name="error">Any.</param>
    /// <param name="list">The list that it names.</param>
    /// <param name="nameOf">What a place of it is called from now on.</param>
    /// <returns>The same where it means no text of that list.</returns>
    public static RequestFailedException Moved(RequestFailedException error, string list, Func<int, string> nameOf)
    {
        var message = error.Failure.Message.AsSpan();
        int close = message.IndexOf(']');
        if (close < 0 || !message.StartsWith(list, StringComparison.Ordinal) || message[list.Length] != '[' || !int.TryParse(message[(list.Length + 1)..close], out int place))
        {
            return error;
        }

        string name = nameOf(place);
        return new RequestFailedException(error.Failure with { Message = string.Concat(name, message[(close + 1)..]), Field = name });
    }
}

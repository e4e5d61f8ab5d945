using ExpertCluster.Router.Errors;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Serving;

/// <summary>
/// What can be said of a request without a model: sizes, and what is missing. The ranges of sampling are checked
/// where they are used, by the host; what concerns merging, by the routing policy.
/// </summary>
internal static class RequestValidator
{
    private const int MostMessages = 1024;
    private const int MostStops = 16;
    private const int LongestStop = 256;
    private const int LongestName = 128;

    /// <exception cref="RouterException">InvalidArgument, naming the field and the limit.</exception>
    public static void Check(CompleteRequest request)
    {
        Require(request.Model.Length <= LongestName, "model", $"has {request.Model.Length} characters; at most {LongestName} are taken");
        switch (request.InputCase)
        {
            case CompleteRequest.InputOneofCase.Prompt:
                Require(request.Prompt.Length > 0, "prompt", "is empty");
                break;
            case CompleteRequest.InputOneofCase.Messages:
                CheckMessages(request.Messages);
                break;
            default:
                throw new RouterException(RouterError.InvalidArgument, "prompt or messages is missing", "prompt");
        }

        if (request.Sampling is { } sampling)
        {
            CheckStops(sampling);
        }
    }

    private static void CheckMessages(Messages messages)
    {
        int count = messages.Messages_.Count;
        Require(count is > 0 and <= MostMessages, "messages", $"has {count} entries; 1 to {MostMessages} are taken");
        for (int i = 0; i < count; i++)
        {
            string role = messages.Messages_[i].Role;
            Require(role is "system" or "user" or "assistant", $"messages[{i}].role", "must be system, user or assistant");
        }
    }

    private static void CheckStops(Sampling sampling)
    {
        Require(sampling.Stop.Count <= MostStops, "stop", $"has {sampling.Stop.Count} strings; at most {MostStops} are taken");
        foreach (string stop in sampling.Stop)
        {
            Require(stop.Length is > 0 and <= LongestStop, "stop", $"has a string of {stop.Length} characters; 1 to {LongestStop} are taken");
        }
    }

    private static void Require(bool holds, string field, string problem)
    {
        if (!holds)
        {
            throw new RouterException(RouterError.InvalidArgument, $"{field} {problem}", field);
        }
    }
}

using System.Text;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.SystemTests.Support;

/// <summary>Short ways to ask.</summary>
internal static class Requests
{
    public static CompleteRequest Chat(string model, string prompt, int maxTokens = 64) => new()
    {
        Model = model,
        Messages = new Messages { Messages_ = { new Message { Role = "user", Content = prompt } } },
        Sampling = new Sampling { MaxTokens = maxTokens },
    };

    /// <summary>A stream of 900 tokens, whatever they are: long enough that something can happen to it meanwhile.</summary>
    public static CompleteRequest Endless(ulong seed) => new()
    {
        Model = "general",
        Prompt = "The",
        Sampling = new Sampling { MaxTokens = 900, Temperature = 2, Seed = seed, IgnoreEos = true },
    };

    /// <summary>
    /// As <see cref="Endless"/>, of four experts that every token names: about 110 bytes a token, more than the windows of a
    /// client that reads nothing and of the router behind it.
    /// </summary>
    public static CompleteRequest Wide(ulong seed)
    {
        var request = Endless(seed);
        request.Model = "auto";
        request.Sampling.MaxTokens = 1000;
        string[] experts = ["medicine", "security", "finance", "general"];
        request.Merge = new Merge
        {
            Mode = MergeMode.Ensemble,
            Scope = MergeScope.Request,
            K = experts.Length,
            Experts = { experts.Select(name => new WeightedExpert { Name = name, Weight = 1 }) },
        };
        return request;
    }

    /// <param name="client">Of the router.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="version">Of each expert that has it, as the header says it; null: no header.</param>
    public static async Task<Answer> AskAsync(this Completions.CompletionsClient client, CompleteRequest request, string? version = null)
    {
        using var call = client.Complete(request, version is null ? [] : new Metadata { { "x-expertcluster-version", version } });
        List<CompleteChunk> chunks = [];
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            chunks.Add(call.ResponseStream.Current);
        }

        return new Answer(chunks);
    }

    /// <summary>Eight tokens of an answer. Null where there is no such model; any other failure fails the test.</summary>
    public static async Task<Answer?> TryAskAsync(this Completions.CompletionsClient client, string model, string question)
    {
        try
        {
            return await client.AskAsync(Chat(model, question, 8));
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }
}

/// <summary>All chunks of an answer.</summary>
internal sealed record Answer(IReadOnlyList<CompleteChunk> Chunks)
{
    public Plan Plan => Chunks[0].Plan;

    public string Text => Chunks.Aggregate(new StringBuilder(), (text, chunk) => text.Append(chunk.Text)).ToString();

    public IReadOnlyList<Token> Tokens => [.. Chunks.SelectMany(c => c.Tokens)];

    public FinishReason Finish => Chunks[^1].FinishReason;

    public Usage Usage => Chunks[^1].Usage;
}

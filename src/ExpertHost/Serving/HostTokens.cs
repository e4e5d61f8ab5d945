using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>What texts are in a base's tokens, and tokens in text. Texts are read where prompts are (<see cref="PromptThreads"/>).</summary>
internal sealed class HostTokens(BaseRegistry bases, ICatalogueSource catalogue, PromptThreads prompts)
{
    /// <exception cref="RequestRefusedException">It can't be read, or this host does not run the base.</exception>
    public Task<TokenizeResponse> TokenizeAsync(TokenizeRequest request, CancellationToken cancellation) => WithBaseAsync(request.Base, async runtime =>
    {
        var text = new GenerateRequest { Messages = request.Messages, Chat = request.Chat };
        if (request.HasPrompt)
        {
            text.Prompt = request.Prompt;
        }

        var tokens = await prompts.TokenizeAsync(runtime, text, request.HasAddSpecialTokens ? request.AddSpecialTokens : request.Messages is null, cancellation);
        var answer = new TokenizeResponse { ContextLength = runtime.Engine.ContextLength, Tokens = { tokens } };
        if (request.TokenStrings)
        {
            answer.TokenStrings.AddRange(tokens.Select(token => runtime.Tokenizer.GetToken(token) ?? ""));
        }

        return answer;
    });

    /// <inheritdoc cref="TokenizeAsync"/>
    public Task<DetokenizeResponse> DetokenizeAsync(DetokenizeRequest request) => WithBaseAsync(request.Base, runtime =>
    {
        // A token may be long, and an answer has a limit.
        int most = runtime.Engine.ContextLength;
        if (request.Tokens.Count > most)
        {
            throw Invalid($"tokens has {request.Tokens.Count} entries; a base with a context of {most} takes at most as many");
        }

        for (int i = 0; i < request.Tokens.Count; i++)
        {
            if ((uint)request.Tokens[i] >= (uint)runtime.Engine.Vocabulary)
            {
                throw Invalid($"tokens[{i}] is {request.Tokens[i]}; base {runtime.Name} has tokens from 0 to {runtime.Engine.Vocabulary - 1}");
            }
        }

        return Task.FromResult(new DetokenizeResponse { Text = runtime.Tokenizer.Decode(request.Tokens, skipSpecialTokens: false) });
    });

    /// <summary>Has a base here while it is used.</summary>
    /// <exception cref="RequestRefusedException">UNAVAILABLE: this host does not run it.</exception>
    public async Task<T> WithBaseAsync<T>(string name, Func<BaseRuntime, Task<T>> use)
    {
        BaseRuntime runtime;
        try
        {
            runtime = await bases.EnterAsync(name, catalogue.Current);
        }
        catch (Exception error) when (error is KeyNotFoundException or BaseElsewhereException or CatalogueException or ContentException)
        {
            throw new RequestRefusedException(StatusCode.Unavailable, $"this host does not run base {name}; ask another", error);
        }

        try
        {
            return await use(runtime);
        }
        finally
        {
            runtime.Leave();
        }
    }

    private static RequestRefusedException Invalid(string message) => new(StatusCode.InvalidArgument, message);
}

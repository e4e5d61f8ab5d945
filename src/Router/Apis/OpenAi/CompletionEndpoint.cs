using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Serving;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Answers /v1/completions and /v1/chat/completions, streamed or whole.</summary>
internal sealed class CompletionEndpoint(CompletionPipeline pipeline, ToolParsers tools, AskedRequests asked, StreamAnswers streams, TimeProvider time)
{
    private readonly ChoiceRuns _runs = new(pipeline);

    public async Task HandleAsync(HttpContext http, bool isChat)
    {
        OpenAiRequest? request = null;
        await AnswerCalls.RunAsync(
            http,
            async () =>
            {
                request = await ReadAsync(http, isChat);
                string id = asked.NewId();
                request = request with { Choices = [request.First with { Id = id }, .. request.Choices.Skip(1)] };
                var answer = new OpenAiAnswer(request, $"{(isChat ? "chatcmpl" : "cmpl")}-{id}", time.GetUtcNow().ToUnixTimeSeconds());
                await (request.Stream ? streams.RunAsync(http, id, (target, cancellation) => StreamAsync(target, request, answer, cancellation)) : WholeAsync(http, request, answer));
            },
            failure => OpenAiErrors.WriteAsync(http.Response, request is null ? failure : OpenAiFieldNames.Of(failure, request)));
    }

    private static Task<OpenAiRequest> ReadAsync(HttpContext http, bool isChat) => JsonBody.ReadAsync(http, body =>
    {
        var request = OpenAiRequestReader.Read(body, isChat);
        return request with { Choices = [.. request.Choices.Select(choice => CallHeaders.Onto(choice, http, request.Stream && HeldCalls.AreHeld(http)))] };
    });

    /// <summary>What reads the calls of each choice; null where there are none.</summary>
    private ToolAnswer?[] AnswersOf(OpenAiRequest request) => [.. request.Choices.Select(choice => tools.Begin(choice.Tools))];

    private async Task WholeAsync(HttpContext http, OpenAiRequest request, OpenAiAnswer answer)
    {
        ChoiceAnswer[] choices = [.. AnswersOf(request).Select(own => new ChoiceAnswer(own))];
        var usage = new UsageSum(request.PerPrompt);
        await _runs.RunAsync(request, Take, http.RequestAborted);
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, ApiJson.Writing);
        answer.WriteWhole(json, choices, usage.Total);

        ValueTask Take(int choice, CompletionChunk chunk)
        {
            choices[choice].Add(chunk);
            usage.Add(choice, chunk.Usage);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Headers go out with the first chunk, so that what fails before it still gets its proper HTTP status.</summary>
    private async Task StreamAsync(IEventTarget target, OpenAiRequest request, OpenAiAnswer answer, CancellationToken cancellation)
    {
        using var events = new EventStream(target);
        bool begun = false;
        bool[] opened = new bool[request.Choices.Count];
        var answers = AnswersOf(request);
        var usage = new UsageSum(request.PerPrompt);
        try
        {
            await _runs.RunAsync(request, TakeAsync, cancellation);
            if (request.IncludeUsage)
            {
                await events.WriteAsync(answer.WriteUsage, usage.Total, cancellation);
            }

            await events.EndAsync(cancellation);
        }
        catch (RequestFailedException error) when (begun && !target.IsGone)
        {
            // The status line is gone: an error event, and no [DONE], tells a cut stream from a whole one.
            await events.WriteAsync(OpenAiErrors.Write, OpenAiFieldNames.Of(target.Told(error.Failure), request), cancellation);
        }

        async ValueTask TakeAsync(int choice, CompletionChunk chunk)
        {
            if (!begun)
            {
                begun = true;
                target.Begin();
            }

            if (request.IsChat && !opened[choice])
            {
                opened[choice] = true;
                await events.WriteAsync(answer.WriteRole, choice, cancellation);
            }

            usage.Add(choice, chunk.Usage);
            var said = answers[choice] is { } own ? ChoiceText.Of(own.Take(chunk), own.HasCalls) : ChoiceText.Of(chunk.Text);
            await events.WriteAsync(answer.WriteChunk, (choice, chunk, said), cancellation);
        }
    }
}

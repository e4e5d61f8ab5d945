using System.Globalization;
using System.Text;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.V1;
using Google.Protobuf;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>
/// Changes over HTTP: bodies are the messages of `admin.proto` as JSON without their name, which the path has, and their options, which the query has:
/// `expected_version`, `reason`, `wait_seconds`.
/// </summary>
internal sealed class AdminChangeEndpoints(AdminAnswers answers, AdminChanges changes, ChangeList record)
{
    private static readonly JsonParser Json = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(false));

    public Task ApplyAsync(HttpContext http, string name) => ChangeAsync(http, async (options, by, end) =>
    {
        var spec = await BodyAsync<ExpertSpec>(http);
        if (spec.Name.Length > 0 && spec.Name != name)
        {
            throw new RequestFailedException(Failure.Invalid("name", "name is another one than that of the path"));
        }

        spec.Name = name;
        return await changes.ApplyAsync(new ApplyExpertRequest { Expert = spec, Options = options }, by, end);
    });

    public Task RemoveAsync(HttpContext http, string name) =>
        ChangeAsync(http, (options, by, end) => changes.RemoveAsync(new RemoveExpertRequest { Name = name, Options = options }, by, end));

    public Task ScaleAsync(HttpContext http, string name) => ChangeAsync(http, async (options, by, end) =>
    {
        var request = await BodyAsync<ScaleExpertRequest>(http);
        (request.Name, request.Options) = (name, options);
        return await changes.ScaleAsync(request, by, end);
    });

    public Task PinAsync(HttpContext http, string name) => ChangeAsync(http, async (options, by, end) =>
    {
        var request = await BodyAsync<PinExpertRequest>(http);
        (request.Name, request.Options) = (name, options);
        return await changes.PinAsync(request, by, end);
    });

    public Task PromoteAsync(HttpContext http, string name) =>
        ChangeAsync(http, (options, by, end) => changes.PromoteAsync(new PromoteExpertRequest { Name = name, Options = options }, by, end));

    public Task RollBackAsync(HttpContext http, string name) =>
        ChangeAsync(http, (options, by, end) => changes.RollBackAsync(new RollBackExpertRequest { Name = name, Options = options }, by, end));

    public Task ResetAsync(HttpContext http, string name) =>
        ChangeAsync(http, (options, by, end) => changes.ResetAsync(new ResetExpertRequest { Name = name, Options = options }, by, end));

    public Task DrainAsync(HttpContext http, string name) =>
        ChangeAsync(http, (options, by, end) => changes.DrainAsync(new DrainHostRequest { Name = name, Options = options }, by, end));

    public Task ResumeAsync(HttpContext http, string name) =>
        ChangeAsync(http, (options, by, end) => changes.ResumeAsync(new ResumeHostRequest { Name = name, Options = options }, by, end));

    public Task ListAsync(HttpContext http) => answers.WriteAsync(http, () => Task.FromResult<IMessage>(
        record.Of(new ListChangesRequest { PageSize = AdminAnswers.SizeOf(http), PageToken = AdminAnswers.TokenOf(http) })));

    /// <summary>Makes a change with the options that the query has, for a program that may.</summary>
    public Task ChangeAsync(HttpContext http, Func<ChangeOptions, string, CancellationToken, Task<ChangeResponse>> change) =>
        answers.WriteAsync(http, async () =>
        {
            BrowserGuard.Demand(http);
            return await change(OptionsOf(http), AdminCaller.Of(http), http.RequestAborted);
        });

    private static ChangeOptions OptionsOf(HttpContext http) => new()
    {
        ExpectedVersion = NumberOf(http, "expected_version", long.MaxValue),
        WaitSeconds = (int)NumberOf(http, "wait_seconds", int.MaxValue),
        Reason = http.Request.Query["reason"].ToString(),
    };

    private static long NumberOf(HttpContext http, string name, long most) => http.Request.Query[name].ToString() switch
    {
        "" => 0,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= most => number,
        _ => throw new RequestFailedException(Failure.Invalid(name, $"{name} is no whole number")),
    };

    /// <exception cref="RequestFailedException">It is no such message in JSON.</exception>
    public static async Task<T> BodyAsync<T>(HttpContext http)
        where T : IMessage, new()
    {
        try
        {
            using var reader = new StreamReader(http.Request.Body, new UTF8Encoding(false, throwOnInvalidBytes: true));
            string text = await reader.ReadToEndAsync(http.RequestAborted);
            return text.Length == 0 ? new T() : Json.Parse<T>(text);
        }
        catch (Exception error) when (error is InvalidJsonException or InvalidProtocolBufferException or DecoderFallbackException)
        {
            throw new RequestFailedException(Failure.Invalid("body", $"the body is no {typeof(T).Name} in JSON: {error.Message.ReplaceLineEndings(" ")}"));
        }
        catch (BadHttpRequestException error)
        {
            throw JsonBody.Unreadable(http, error);
        }
    }
}

using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using Microsoft.AspNetCore.Http.Features;

namespace ExpertCluster.Router.Apis;

/// <summary>Bodies in JSON, whatever API they come by.</summary>
internal static class JsonBody
{
    private const string Field = "body";

    /// <param name="http">The request.</param>
    /// <param name="read">Makes something of it; what it gives keeps nothing of the document.</param>
    /// <exception cref="RequestFailedException">It can't be read, or <paramref name="read"/> refuses it.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext http, Func<JsonElement, T> read)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            return read(body.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Wrong(error);
        }
        catch (BadHttpRequestException error)
        {
            throw Unreadable(http, error);
        }
    }

    /// <summary>The same of a body that need not be there, however it comes.</summary>
    /// <param name="http">The request.</param>
    /// <param name="absent">Given where it has none.</param>
    /// <param name="read">As above.</param>
    public static Task<T> ReadAsync<T>(HttpContext http, T absent, Func<JsonElement, T> read) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is true ? ReadAsync(http, read) : Task.FromResult(absent);

    /// <summary>Of a body that is there.</summary>
    /// <param name="body">All of it.</param>
    /// <param name="read">As above.</param>
    /// <exception cref="RequestFailedException">It can't be read, or <paramref name="read"/> refuses it.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Wrong(error);
        }
    }

    /// <summary>A string with an escaped lone surrogate parses, but can't be read as text: that is the InvalidOperationException.</summary>
    private static RequestFailedException Wrong(Exception error) => new(Failure.Invalid(
        Field, error is JsonException ? $"the body is not valid JSON in UTF-8: {error.Message}" : $"the body has a string that is not valid text: {error.Message}"));

    /// <summary>What the server says of a body that it could not read to its end.</summary>
    public static RequestFailedException Unreadable(HttpContext http, BadHttpRequestException error) => error.StatusCode == StatusCodes.Status413PayloadTooLarge
        ? new RequestFailedException(FailureKind.TooLarge, $"the body is too large: at most {http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize} bytes are taken", Field)
        : new RequestFailedException(Failure.Invalid(Field, $"the body could not be read: {error.Message}"));
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>
/// Asks a registry, and where it wants to know who asks, tells it: by a token that the server it names gives for a login or for none
/// (Bearer), or by the login itself (Basic). What was right for a registry's repository is said at once the next time.
/// </summary>
internal sealed partial class RegistryLogin(SourceHttp http)
{
    private const int MostRemembered = 256;
    private const int LongestToken = 64 << 10;

    private readonly ConcurrentDictionary<string, AuthenticationHeaderValue> _remembered = new(StringComparer.Ordinal);

    public async Task<HttpResponseMessage> SendAsync(HttpAsk ask, Action<HttpRequestMessage>? prepare, CancellationToken cancellation)
    {
        // "https://host:port/v2/org/repo" of its manifests and blobs.
        string key = ask.Uri.AbsoluteUri.Split(["/manifests/", "/blobs/"], StringSplitOptions.None)[0];
        var response = await http.SendAsync(ask with { Login = _remembered.GetValueOrDefault(key) }, prepare, cancellation);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        using (response)
        {
            var login = await LoginAsync(ask, response.Headers.WwwAuthenticate, cancellation);
            if (_remembered.Count >= MostRemembered)
            {
                _remembered.Clear();
            }

            _remembered[key] = login;
            return await http.SendAsync(ask with { Login = login }, prepare, cancellation);
        }
    }

    private async Task<AuthenticationHeaderValue> LoginAsync(HttpAsk ask, IEnumerable<AuthenticationHeaderValue> wanted, CancellationToken cancellation)
    {
        var basic = http.Options.RegistryLogins.GetValueOrDefault(ask.Uri.Authority) is { } login
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login.Reveal())))
            : null;
        foreach (var challenge in wanted)
        {
            if (challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            {
                return new AuthenticationHeaderValue("Bearer", await TokenAsync(ask, challenge.Parameter ?? "", basic, cancellation));
            }

            if (challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) && basic is not null)
            {
                return basic;
            }
        }

        throw http.Failure(ask.What, HttpStatusCode.Unauthorized, null);
    }

    private async Task<string> TokenAsync(HttpAsk ask, string challenge, AuthenticationHeaderValue? basic, CancellationToken cancellation)
    {
        var fields = Field().Matches(challenge).DistinctBy(m => m.Groups["name"].Value).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["value"].Value);
        if (!Uri.TryCreate(fields.GetValueOrDefault("realm"), UriKind.Absolute, out var realm) || (ask.Uri.Scheme == Uri.UriSchemeHttps && realm.Scheme != Uri.UriSchemeHttps))
        {
            throw new ContentException($"{ask.What}: the registry doesn't say where its tokens are given, or not by https");
        }

        string[] query = [.. ((string[])["service", "scope"]).Where(fields.ContainsKey).Select(name => $"{name}={Uri.EscapeDataString(fields[name])}")];
        var address = new UriBuilder(realm) { Query = string.Join('&', query.Prepend(realm.Query.TrimStart('?')).Where(part => part.Length > 0)) }.Uri;
        using var answer = await http.ReadJsonAsync(new HttpAsk($"{ask.What}: its tokens, from {realm.IdnHost}", address) { Login = basic }, cancellation);
        return (JsonFields.Text(answer.RootElement, "token") ?? JsonFields.Text(answer.RootElement, "access_token")) is { Length: > 0 and <= LongestToken } token
            && !token.Any(char.IsControl)
            ? token
            : throw new ContentException($"{ask.What}: {realm.IdnHost} gives no token");
    }

    [GeneratedRegex("""(?<name>[a-z_]+)="(?<value>[^"]*)"(,|\s|$)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Field();
}

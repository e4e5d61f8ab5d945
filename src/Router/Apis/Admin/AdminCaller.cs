using System.Security.Cryptography.X509Certificates;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>Who makes a change, for the record: the name in the caller's certificate, else the address.</summary>
internal static class AdminCaller
{
    private const int Longest = 128;

    public static string Of(HttpContext http)
    {
        string name = http.Connection.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } subject
            ? subject
            : http.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        return new string([.. name.Take(Longest).Select(c => char.IsControl(c) ? '?' : c)]);
    }
}

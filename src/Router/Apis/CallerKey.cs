using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ExpertCluster.Router.Apis;

/// <summary>Tells callers apart for fairness, and for nothing else: by the key that they send, else by their address. A digest, so that no key goes on to hosts.</summary>
internal static class CallerKey
{
    /// <returns>Never 0, which means nobody in particular.</returns>
    public static ulong Of(HttpContext http)
    {
        string key = http.Request.Headers.Authorization.ToString() is { Length: > 0 } bearer ? bearer : http.Request.Headers["x-api-key"].ToString();
        byte[] text = key.Length > 0 ? Encoding.UTF8.GetBytes(key) : http.Connection.RemoteIpAddress?.GetAddressBytes() ?? [];
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(text)) | 1;
    }
}

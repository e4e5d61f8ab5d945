using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Prepared;

/// <summary>
/// prepared.json as bytes. Its "seal" is the SHA-256 of the whole file with zeros in the seal's own place, so that a byte that
/// changed, whichever it is, is found before anything is believed.
/// </summary>
internal static class PreparedCatalogueFile
{
    /// <summary>10,000 experts with long descriptions stay below.</summary>
    public const int LargestFile = 64 << 20;

    /// <summary>Characters of a field that a message shows.</summary>
    private const int LongestFormat = 20;

    private static readonly string Unsealed = new('0', SHA256.HashSizeInBytes * 2);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        PropertyNameCaseInsensitive = false,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 16,
    };

    public static byte[] Write(PreparedCatalogue catalogue)
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(catalogue with { Seal = Unsealed }, Json);
        Encoding.ASCII.GetBytes(SealOf(bytes), bytes.AsSpan(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Unsealed))));
        return bytes;
    }

    /// <inheritdoc cref="Parse"/>
    public static PreparedCatalogue Read(string file) => Parse(file, ReadBytes(file));

    /// <param name="file">For messages.</param>
    /// <param name="bytes">What it holds; changed here.</param>
    /// <exception cref="CatalogueException">No file, another format, a changed byte, or content that no `prepare` writes.</exception>
    public static PreparedCatalogue Parse(string file, byte[] bytes)
    {
        try
        {
            CheckFormat(file, bytes);
            var read = JsonSerializer.Deserialize<PreparedCatalogue>(bytes, Json)!;
            int at = read.Seal.Length == Unsealed.Length ? bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(read.Seal)) : -1;
            if (at >= 0)
            {
                Encoding.ASCII.GetBytes(Unsealed, bytes.AsSpan(at));
            }

            return at >= 0 && SealOf(bytes) == read.Seal
                ? read
                : throw new CatalogueException($"{file} was changed after it was prepared, its seal does not fit; prepare again, or copy it anew");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is not Unicode.
            throw new CatalogueException($"{file} is not a prepared catalogue, or half of one: {error.Message}", error);
        }
    }

    private static string Shown(string format) => format.Length <= LongestFormat ? format : format[..LongestFormat] + "...";

    private static string SealOf(byte[] unsealed) => Convert.ToHexStringLower(SHA256.HashData(unsealed));

    /// <exception cref="CatalogueException">There is no such file, or it can't be read.</exception>
    public static byte[] ReadBytes(string file)
    {
        try
        {
            return RegularFile.ReadAllBytes(file, LargestFile);
        }
        catch (FileNotFoundException error)
        {
            throw new CatalogueException($"{file} does not exist; `./cluster prepare` writes it", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CatalogueException(error.Message, error);
        }
    }

    /// <summary>Before all else: what another format means by its fields is not known here.</summary>
    private static void CheckFormat(string file, byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = Json.MaxDepth });
        string format = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("format", out var field)
            ? field.ToString()
            : "missing";
        if (format != $"{PreparedCatalogue.CurrentFormat}")
        {
            throw new CatalogueException(
                $"{file}: format is {Shown(format)}; this version reads format {PreparedCatalogue.CurrentFormat}: prepare again with this version's `prepare`");
        }

        if (JsonLists.HaveNull(document.RootElement))
        {
            throw new CatalogueException($"{file} has a list with an entry that is null");
        }
    }
}

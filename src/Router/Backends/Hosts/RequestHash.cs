using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using ExpertCluster.V1;
using Google.Protobuf;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>
/// What a host reads before it computes, as a name that does not tell it: the base, which has tokenizer and template, and the text. How the answer is drawn does not
/// count, so that another temperature makes no other request of it.
/// </summary>
internal static class RequestHash
{
    /// <summary>Of SHA-256: nobody is to find a text with the name of another one's.</summary>
    private const int Bytes = 16;

    /// <returns>32 hexadecimal digits.</returns>
    public static string Of(GenerateRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, request.Base);
        if (request.Messages is not null)
        {
            foreach (var message in request.Messages.Messages_)
            {
                Append(hash, message.Role);
                Append(hash, message.Content);
                Append(hash, message.Fields);
            }

            if (request.Chat is { } chat)
            {
                Append(hash, $"{chat.HasAddGenerationPrompt} {chat.AddGenerationPrompt} {chat.ContinueFinalMessage}");
                Append(hash, chat.TemplateKwargs);
                Append(hash, chat.Documents);
                Append(hash, chat.Tools);
            }
        }
        else if (request.PromptTokens.Count > 0)
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>([.. request.PromptTokens]));
        }
        else
        {
            Append(hash, request.Prompt);
        }

        if (request.StructuredOutput is { } structure)
        {
            // Read and compiled before the first token, too.
            hash.AppendData(structure.ToByteArray());
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, Bytes));
    }

    /// <summary>Of what an encoder is to read.</summary>
    /// <returns>32 hexadecimal digits.</returns>
    public static string Of(EncodeRequest request) => Convert.ToHexStringLower(
        SHA256.HashData(new EncodeRequest { Encoder = request.Encoder, Inputs = { request.Inputs }, Pairs = { request.Pairs } }.ToByteArray()).AsSpan(0, Bytes));

    /// <summary>Its length first: "ab" and "c" are not "a" and "bc". In pieces: what a caller may send is larger than what is thrown away without a thought.</summary>
    private static void Append(IncrementalHash hash, string text)
    {
        Span<byte> piece = stackalloc byte[1024];
        BinaryPrimitives.WriteInt32LittleEndian(piece, Encoding.UTF8.GetByteCount(text));
        hash.AppendData(piece[..sizeof(int)]);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            Utf8.FromUtf16(rest, piece, out int read, out int written);
            hash.AppendData(piece[..written]);
            rest = rest[read..];
        }
    }
}

using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Encoders;

/// <summary>Whoever runs encoders.</summary>
internal interface IEncoderBackend
{
    /// <summary>Has texts read, by whoever can do it soonest.</summary>
    /// <param name="encoder">Of the catalogue.</param>
    /// <param name="texts">Of a piece of a request.</param>
    /// <param name="first">Which of the request's the first of them is, for messages.</param>
    /// <param name="truncate">Tokens that each is cut to; -1: what the encoder reads; null: what is longer is refused.</param>
    /// <param name="deadline">Of the request, UTC.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>In the order of the texts.</returns>
    /// <exception cref="RequestFailedException">They are refused, or none could take them in time. A text is named as <see cref="TextPlaces"/> says.</exception>
    Task<TextValues[]> EncodeAsync(
        PreparedEncoder encoder, IReadOnlyList<EncoderText> texts, int first, int? truncate, DateTime deadline, CancellationToken cancellation);

    /// <summary>Who should keep an encoder open, the first who is asked for it first.</summary>
    /// <param name="encoder">Of the catalogue.</param>
    /// <param name="count">At most so many.</param>
    IReadOnlyList<string> KeepersOf(PreparedEncoder encoder, int count);

    /// <summary>Has one of them open it, and waits for that.</summary>
    /// <exception cref="RequestFailedException">It can't, or is lost.</exception>
    Task OpenAsync(PreparedEncoder encoder, string host, CancellationToken cancellation);
}

using Kouyin.Speech.Audio;
using Kouyin.Speech.Telling;

namespace Kouyin.Speech.Tests.Telling;

public sealed class EventFileTests : IDisposable
{
    private const int Image = 4, Audio = 6, Tensor = 8, SessionStart = 1;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_reader_knows_the_published_checksum() =>
        Assert.Equal(0xE3069283, EventReader.Crc("123456789"u8)); // RFC 3720, appendix B.4, and every table of CRCs

    [Fact]
    public void What_is_added_is_read_back_by_a_parser_of_its_own()
    {
        byte[] png = [1, 2, 3];
        Sound sound = new([0, 0.5f, -0.5f], 22050);
        using (EventFile file = EventFile.Start(_folder.Path, 0, TimeProvider.System))
        {
            file.Scalar(7, "loss/prior", 0.25);
            file.Image(8, "a/mel", png, 30, 20);
            file.Audio(9, "a/spoken", sound);
            file.Text(300, "recipe", "# 口音");
        }

        List<ReadEvent> events = EventReader.Read(Files().Single());

        Assert.Equal("brain.Event:2", events[0].Version);
        Assert.Equal((7, "loss/prior", 0.25f), (events[1].Step, events[1].Tag, events[1].Number));
        Assert.Equal((8, "a/mel", Image), (events[2].Step, events[2].Tag, events[2].Kind));
        Assert.Equal([20L, 30L, 3L, png], [.. Enumerable.Range(1, 4).Select(k => events[2].Value![k][0])]);
        Assert.Equal((9, Audio), (events[3].Step, events[3].Kind));
        Assert.Equal(
            [22050f, 1L, 3L, WavFile.Encode(sound.Samples, 22050)],
            [.. Enumerable.Range(1, 4).Select(k => events[3].Value![k][0])]);
        Assert.Equal("audio/wav", EventReader.Text(events[3].Value![5][0]));
        Assert.Equal((300, Tensor), (events[4].Step, events[4].Kind));
        Assert.Equal(7L, events[4].Value![1][0]); // DT_STRING
        Assert.Equal("# 口音", EventReader.Text(events[4].Value![8][0]));
        Assert.Equal(5, events.Count);
    }

    [Fact]
    public void A_run_that_goes_on_leaves_no_step_twice()
    {
        Write(0, 1, 2, 3, 4, 5); // saved at 3, killed after 5
        File.AppendAllText(Files()[0], "half a rec");

        Write(3, 4, 5, 6);

        string[] files = Files();
        Assert.Equal(2, files.Length);
        List<ReadEvent> events = [.. files.SelectMany(EventReader.Read)];
        Assert.Equal([1, 2, 3, 4, 5, 6], events.Where(e => e.Tag == "loss").Select(e => e.Step));
        ReadEvent session = events.Single(e => e.SessionStatus is not null);
        Assert.Equal((SessionStart, 4), (session.SessionStatus, session.Step));
    }

    [Fact]
    public void A_new_run_begins_empty()
    {
        Write(0, 1, 2);

        Write(0, 1);

        Assert.Equal([1], Files().SelectMany(EventReader.Read).Where(e => e.Tag == "loss").Select(e => e.Step));
    }

    private void Write(long from, params long[] steps)
    {
        using EventFile file = EventFile.Start(_folder.Path, from, TimeProvider.System);
        foreach (long step in steps)
            file.Scalar(step, "loss", step);
    }

    private string[] Files() => [.. Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal)];
}

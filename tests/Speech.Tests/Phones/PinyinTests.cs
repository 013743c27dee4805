using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Tests.Phones;

public sealed class PinyinTests
{
    [Theory]
    [InlineData("guang3", "guang3", "g", "uang")]
    [InlineData("lv4", "lv4", "l", "v")]
    [InlineData("lü4", "lv4", "l", "v")]
    [InlineData("lu:4", "lv4", "l", "v")]
    [InlineData("nve4", "nve4", "n", "ve")]
    [InlineData("nüè", "nve4", "n", "ve")]
    [InlineData("er2", "er2", "", "er")]
    [InlineData("dianr3", "dianr3", "d", "ian")]
    [InlineData("ju1", "ju1", "j", "v")]
    [InlineData("yuan2", "yuan2", "", "van")]
    [InlineData("you3", "you3", "", "iou")]
    [InlineData("wen2", "wen2", "", "uen")]
    [InlineData("zhi1", "zhi1", "zh", "iii")]
    [InlineData("zì", "zi4", "z", "ii")]
    [InlineData("Zhōng", "zhong1", "zh", "ong")]
    [InlineData("ńg", "ng2", "", "eng")]
    public void A_syllable_is_read(string text, string spelling, string initial, string final)
    {
        Pinyin pinyin = Pinyin.Parse(text);

        Assert.Equal(spelling, pinyin.ToString());
        Assert.Equal((initial, final), (pinyin.Initial, pinyin.Final));
        Assert.Equal(pinyin, Pinyin.Parse(pinyin.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("guang")]
    [InlineData("guang6")]
    [InlineData("guang33")]
    [InlineData("xyz1")]
    [InlineData("hello")]
    [InlineData("3")]
    [InlineData("err2")]
    [InlineData("中1")]
    [InlineData("zhuangguangr4")]
    public void Anything_else_is_refused_with_a_fix(string text)
    {
        UserException error = Assert.Throws<UserException>(() => Pinyin.Parse(text));

        Assert.Contains(text, error.What, StringComparison.Ordinal);
        Assert.NotEmpty(error.Fix);
    }

    [SharedFact("facts/syllables.tsv")]
    public void Every_known_syllable_splits_as_the_published_lexicon()
    {
        foreach (string[] row in Shared.Rows("facts/syllables.tsv").Skip(1))
        {
            Pinyin pinyin = Pinyin.Parse(row[0] + "1");
            string final = row[0] == "yo" ? "io" : row[4];

            Assert.Equal((row[3].Trim('-'), final), (pinyin.Initial, pinyin.Final));
        }
    }
}
